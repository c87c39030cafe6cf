// Defines the values that an expression can have when it is read without being executed. Types only.
import type {
  ArrowFunction,
  ClassDeclaration,
  ClassExpression,
  FunctionDeclaration,
  FunctionExpression,
  MethodDeclaration,
  Node,
} from 'ts-morph'
import type { Sql } from '../../src/model/migration.js'

/** A value that is the same in every run of the program. */
export type Constant = string | number | bigint | boolean | null | undefined | Sql

/** A constant with the information needed to locate its text in the source. */
export interface ConstantValue {
  readonly is: 'constant'
  readonly value: Constant
  readonly node: Node
  /** Offset in the node's source file where the text of a string begins, after the quote. */
  readonly start: number
  /** Whether line k of the text stands k lines below `start`. */
  readonly verbatim: boolean
}

/** An array whose elements have not been looked at yet; spreads are resolved. */
export interface ListValue {
  readonly is: 'list'
  readonly items: readonly Node[]
  readonly node: Node
}

/** An object whose members have not been looked at yet; spreads are resolved. */
export interface ObjectValue {
  readonly is: 'object'
  readonly members: Members
  readonly node: Node
}

/** A function that exists without running anything. */
export interface FunctionValue {
  readonly is: 'function'
  readonly node: ArrowFunction | FunctionExpression | FunctionDeclaration | MethodDeclaration
}

/** A class, or an instance of it created without arguments. */
export interface ClassValue {
  readonly is: 'class'
  readonly node: ClassDeclaration | ClassExpression
}

/** The value of an expression. */
export type Value = ConstantValue | ListValue | ObjectValue | FunctionValue | ClassValue

/** The named parts of an object, a class or a module, by name: an expression, a method or a getter each. */
export type Members = ReadonlyMap<string, Node>
