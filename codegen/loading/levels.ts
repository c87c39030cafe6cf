// How much code does when its file is loaded, and what is known of the place where it stands.
import type { ts } from 'ts-morph'
import type { Code } from './load-syntax.js'

/** In ascending order: of several parts the highest counts. */
export type AtLoad = typeof NOTHING | typeof READS | typeof ACTS

/** It makes what nobody else can change, or a function. */
export const NOTHING = 0
/** It uses names, so that it may matter what was done before. */
export const READS = 1
/** It may change something that others see. */
export const ACTS = 2

/** The highest of several, and nothing where there is none. */
export const highest = (levels: readonly AtLoad[]): AtLoad => Math.max(NOTHING, ...levels) as AtLoad

/** A name inside a function. */
export interface Local {
  /** Whether it is a constant that holds what the function has made itself. */
  readonly fresh: boolean
  /** The function that it stands for, where that is known. */
  readonly code: Code | null
}

/** Where a node stands: its names, and whether `this` is being made. */
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

/** Tells of names whether they stand for what nobody else has. */
export const isNew =
  ({ locals }: Around) =>
  ({ text }: ts.Identifier): boolean =>
    locals.get(text)?.fresh ?? false
