// Compares a generated file on disk with the wanted text, by tokens: formatting alone makes no difference.
import { tokenize } from '../../src/sql/tokenize.js'
import type { GeneratedKind } from '../model/generated-file.js'
import { compareRegistries, type Comparison } from './compare-registries.js'
import { registryTokens } from './registry-tokens.js'

/** How a file differs from the wanted text. `outdated`: the digest in the header of a schema file is another one. */
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

/** Whether nothing needs to be written. If the newest versions or the schema digests differ, the rest is not compared. */
export function isSameGenerated(kind: GeneratedKind, onDisk: string, wanted: string): boolean {
  const stampIn = kind === 'registry' ? headIn : digestIn
  const [found, due] = [stampIn(onDisk), stampIn(wanted)]
  const isOther = found !== null && due !== null && found !== due
  return !isOther && compareGenerated(kind, onDisk, wanted).kind === 'same'
}

/** The offset of the first conflict marker of a merge; -1 if there is none. */
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

/** The schema digest in the header of a schema file, or the lineage in that of a snapshot; null if there is none. */
const digestIn = (text: string): string | null =>
  /\b(?:Schema digest|Lineage):? (\d+:[\da-f]+)/.exec(text.slice(0, 1_000))?.[1] ?? null

/** The `head` in the last line of a registry, which identifies its newest version; null if the last line is another one. */
const headIn = (text: string): string | null =>
  /\bhead = (?:'([^']*)'|"([^"]*)");?\s*$/.exec(text.slice(-200))?.slice(1).join('') ?? null

/** Comments are not compared: apart from the header, there are none. */
function sqlTokens(sql: string): Token[] {
  return tokenize(sql)
    .filter(({ kind }) => kind !== 'space' && kind !== 'comment')
    .map(({ text, start }) => ({ text, offset: start }))
}

/** Words and the bars of tables. Column widths and the marks of list items mean nothing. */
function pageTokens(page: string): Token[] {
  return [...page.matchAll(/\||[^\s|]+/g)]
    .filter(([text]) => !/^(?::?-{2,}:?|[-*+])$/.test(text))
    .map(({ 0: text, index }) => ({ text, offset: index }))
}
