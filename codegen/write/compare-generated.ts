// Compares a generated file on disk with the wanted text, by tokens: formatting alone makes no difference.
import { tokenize } from '../../src/sql/tokenize.js'
import type { GeneratedKind } from '../model/generated-file.js'
import { compareRegistries, type Comparison } from './compare-registries.js'
import { registryTokens } from './registry-tokens.js'

/**
 * How a file differs from the wanted text. Of a schema, `outdated` says that it shows another one than the migrations
 * make; the digest in its header tells.
 */
export type GeneratedComparison =
  Comparison | { readonly kind: 'outdated'; readonly offset: number }

/** Compares the text on disk with the wanted one; `offset` points to the first difference on disk. */
export function compareGenerated(
  kind: GeneratedKind,
  onDisk: string,
  wanted: string,
): GeneratedComparison {
  return kind === 'registry'
    ? compareRegistries(onDisk, wanted)
    : compareSchemas(TOKENS[kind], onDisk, wanted)
}

/** Whether nothing needs to be written. Two that name another newest version or schema are not read any further. */
export function isSameGenerated(kind: GeneratedKind, onDisk: string, wanted: string): boolean {
  const stampIn = kind === 'registry' ? headIn : digestIn
  const [found, due] = [stampIn(onDisk), stampIn(wanted)]
  const isOther = found !== null && due !== null && found !== due
  return !isOther && compareGenerated(kind, onDisk, wanted).kind === 'same'
}

/** Where a merge left the first of its markers, -1 where it left none. */
export const conflictIn = (text: string): number => text.search(/^<{7}(?: |\r?$)/m)

interface Token {
  readonly text: string
  readonly offset: number
}

type ReadTokens = (text: string) => readonly Token[]

const TOKENS: Readonly<Record<Exclude<GeneratedKind, 'registry'>, ReadTokens>> = {
  types: (text) => registryTokens(text).tokens,
  sql: sqlTokens,
  page: pageTokens,
}

function compareSchemas(tokensOf: ReadTokens, onDisk: string, wanted: string): GeneratedComparison {
  if (conflictIn(onDisk) >= 0 && conflictIn(wanted) < 0) return { kind: 'conflict' }
  const offset = firstDifference(tokensOf(onDisk), tokensOf(wanted))
  if (digestIn(onDisk) !== digestIn(wanted)) return { kind: 'outdated', offset: offset ?? 0 }
  return offset === null ? { kind: 'same' } : { kind: 'edited', offset }
}

function firstDifference(found: readonly Token[], due: readonly Token[]): number | null {
  const index = found.findIndex(({ text }, at) => text !== due[at]?.text)
  if (index >= 0) return found[index]!.offset
  return found.length < due.length ? (found.at(-1)?.offset ?? 0) : null
}

/** The digest that the header of a file about the schema states, or the lineage of a snapshot; null when there is none. */
const digestIn = (text: string): string | null =>
  /\b(?:Schema digest|Lineage):? (\d+:[\da-f]+)/.exec(text.slice(0, 1_000))?.[1] ?? null

/** What the last line of a registry says of its newest version; null where that is not the last line. */
const headIn = (text: string): string | null =>
  /\bhead = (?:'([^']*)'|"([^"]*)");?\s*$/.exec(text.slice(-200))?.slice(1).join('') ?? null

/** Comments are not compared: apart from the header, there are none. */
function sqlTokens(sql: string): Token[] {
  return tokenize(sql)
    .filter(({ kind }) => kind !== 'space' && kind !== 'comment')
    .map(({ text, start }) => ({ text, offset: start }))
}

/** Words and the bars of tables. How wide a table is drawn, and which mark begins the items of a list, means nothing. */
function pageTokens(page: string): Token[] {
  return [...page.matchAll(/\||[^\s|]+/g)]
    .filter(([text]) => !/^(?::?-{2,}:?|[-*+])$/.test(text))
    .map(({ 0: text, index }) => ({ text, offset: index }))
}
