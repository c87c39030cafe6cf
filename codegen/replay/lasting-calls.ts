// Stores the calls that ran the statements of code so that formatting the file does not move them: as the index of the called name among
// all names of the file.
import { createHash } from 'node:crypto'
import { ts } from 'ts-morph'
import type { CodeFrame, RanStatement, RanStatements } from '../model/evidence.js'
import type { ParsedMigration } from '../model/migration.js'

/** A call in the migration's own file, or one elsewhere. */
export type LastingCall = { readonly name: number } | CodeFrame

/** What ran, with lasting calls. `names` is a digest of the names that were counted; absent if no call is in the migration's file. */
export interface LastingRan {
  readonly names?: string
  readonly up?: readonly LastingStatement[]
  readonly down?: readonly LastingStatement[]
}

type LastingStatement = Omit<RanStatement, 'calls'> & { readonly calls: readonly LastingCall[] }

/** Calls that are not at a name stay as they are. */
export function lastingRan(ran: RanStatements, migration: ParsedMigration): LastingRan {
  const index = nameIndex(migration)
  const kept = inBoth<CodeFrame, LastingCall>(ran, (call) => index?.numbered(call) ?? call)
  return { ...kept, ...(index && usesNames(kept) && { names: index.digest() }) }
}

/** What ran, with current places; null if the names of the file have changed, so that the places are unknown. */
export function presentRan(
  { names, ...kept }: LastingRan,
  migration: ParsedMigration,
): RanStatements | null {
  const index = nameIndex(migration)
  if (names !== undefined && names !== index?.digest()) return null
  return inBoth<LastingCall, CodeFrame>(kept, (call) =>
    'name' in call ? index!.at(call.name) : call,
  )
}

/** The calls that are not stored by name. */
export const fixedCalls = ({ up = [], down = [] }: LastingRan): CodeFrame[] =>
  [...up, ...down].flatMap(({ calls }) => calls.filter((call) => !('name' in call)) as CodeFrame[])

const usesNames = ({ up = [], down = [] }: LastingRan): boolean =>
  [...up, ...down].some(({ calls }) => calls.some((call) => 'name' in call))

type Ran<C> = {
  readonly [D in 'up' | 'down']?: readonly (Omit<RanStatement, 'calls'> & {
    readonly calls: readonly C[]
  })[]
}

const inBoth = <A, B>({ up, down }: Ran<A>, map: (call: A) => B): Ran<B> => ({
  ...(up && { up: up.map((one) => ({ ...one, calls: one.calls.map(map) })) }),
  ...(down && { down: down.map((one) => ({ ...one, calls: one.calls.map(map) })) }),
})

interface NameIndex {
  digest(): string
  /** The call as the index of its name; undefined if it is elsewhere. */
  numbered(call: CodeFrame): LastingCall | undefined
  at(name: number): CodeFrame
}

/** The names of the file with the code; null if the migration has none. */
function nameIndex({ up, down, file: { path } }: ParsedMigration): NameIndex | null {
  const side = [up, down].find((one) => one?.kind === 'code')
  const syntax = side?.node?.getSourceFile().compilerNode
  if (!syntax) return null
  const names = namesIn(syntax)
  const places = names.map((node) => syntax.getLineAndCharacterOfPosition(node.getStart(syntax)))
  const keyOf = (line: number, column: number): string => `${line}:${column}`
  const numbers = new Map(places.map((at, name) => [keyOf(at.line + 1, at.character + 1), name]))
  return {
    digest: () => {
      const text = names.map((node) => node.text).join(' ')
      return createHash('sha256').update(text).digest('hex').slice(0, 16)
    },
    numbered({ file, line, column }) {
      const name = file === path ? numbers.get(keyOf(line, column)) : undefined
      return name === undefined ? undefined : { name }
    },
    at: (name) => ({
      file: path,
      line: places[name]!.line + 1,
      column: places[name]!.character + 1,
    }),
  }
}

function namesIn(syntax: ts.SourceFile): (ts.Identifier | ts.PrivateIdentifier)[] {
  const found: (ts.Identifier | ts.PrivateIdentifier)[] = []
  const walk = (node: ts.Node): void => {
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) found.push(node)
    ts.forEachChild(node, walk)
  }
  walk(syntax)
  return found
}
