// Defines the state that all parsing code shares and passes on. Types only, so that the parts can call each other.
import type { Node, SourceFile } from 'ts-morph'
import type { Diagnostic, Position } from '../model/diagnostic.js'
import type { Module } from './module.js'
import type { Value } from './values.js'

/** A value with the problems reported about it. */
export interface Found {
  readonly value: Value | null
  readonly problems: readonly Diagnostic[]
}

/** The parsed files, the evaluator, and the collected problems. */
export interface Reader {
  /** The problems reported so far. */
  readonly problems: readonly Diagnostic[]
  /** The value of an expression, or null after reporting why it cannot be known without executing. */
  evaluate(node: Node): Value | null
  /** The targets of names that are being evaluated; a second visit means that a name is defined by itself. */
  readonly active: Set<Node>
  /** The values of names already evaluated, so that constants built from one another are evaluated once. */
  readonly found: Map<Node, Found>
  /** The declarations, imports and exports of a file. */
  module(source: SourceFile): Module
  /**
   * The `_*` file that an import names, `broken` when it has syntax errors, or null when the import names anything
   * else.
   */
  helper(importer: SourceFile, specifier: string): SourceFile | 'broken' | null
  /** The position where a node begins, or that of `offset` in its source file. */
  place(node: Node, offset?: number): Position
  /** Collects a problem. Returns null, to be used as the value that could not be read. */
  report(problem: Diagnostic): null
}
