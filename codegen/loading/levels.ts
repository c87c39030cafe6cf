// Defines how much code does when its file is loaded, and what is known at a place in the code.
import type { ts } from 'ts-morph'
import type { Code } from './load-syntax.js'

/** In ascending order: of several parts the highest counts. */
export type AtLoad = typeof NOTHING | typeof READS | typeof ACTS

/** It creates a function, or something that nobody else can change. */
export const NOTHING = 0
/** It reads names, so that earlier code may matter. */
export const READS = 1
/** It may change something visible to others. */
export const ACTS = 2

/** The highest of several levels; nothing if there are none. */
export const highest = (levels: readonly AtLoad[]): AtLoad => Math.max(NOTHING, ...levels) as AtLoad

/** A name inside a function. */
export interface Local {
  /** Whether it is a constant that holds something that the function itself created. */
  readonly fresh: boolean
  /** The function that it refers to, if known. */
  readonly code: Code | null
}

/** The context of a node: its names, and whether `this` is under construction. */
export interface Around {
  readonly file: ts.SourceFile
  readonly locals: ReadonlyMap<string, Local>
  readonly makes: boolean
}

/** The top level of a file. */
export const atTop = (file: ts.SourceFile, makes = false): Around => ({
  file,
  locals: new Map(),
  makes,
})

/** Returns a check of whether a name refers to something that nobody else has. */
export const isNew =
  ({ locals }: Around) =>
  ({ text }: ts.Identifier): boolean =>
    locals.get(text)?.fresh ?? false
