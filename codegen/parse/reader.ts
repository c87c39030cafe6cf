// What all parts of the reading share, handed from one to the next. Types only, so that they can call each other.
import type { Node, SourceFile } from 'ts-morph'
import type { Diagnostic, Position } from '../model/diagnostic.js'
import type { Module } from './module.js'
import type { Value } from './values.js'

/** A value with what was reported about it. */
export interface Found {
  readonly value: Value | null
  readonly problems: readonly Diagnostic[]
}

/** The parsed files, the evaluator, and the place where problems are collected. */
export interface Reader {
  /** What was reported so far. */
  readonly problems: readonly Diagnostic[]
  /** The value of an expression, or null after reporting why it cannot be known without executing. */
  evaluate(node: Node): Value | null
  /** What names stand for whose evaluation is going on; a second visit means that one is defined by itself. */
  readonly active: Set<Node>
  /** What names were found to stand for, so that constants which are made of one another are evaluated once. */
  readonly found: Map<Node, Found>
  /** What a file declares, imports and exports. */
  module(source: SourceFile): Module
  /**
   * The `_*` file that an import names, `broken` when it has syntax errors, or null when the import names anything
   * else.
   */
  helper(importer: SourceFile, specifier: string): SourceFile | 'broken' | null
  /** Where a node begins, or where `offset` of its source file is. */
  place(node: Node, offset?: number): Position
  /** Collects a problem. Returns null, so that it can stand for the value that could not be read. */
  report(problem: Diagnostic): null
}
