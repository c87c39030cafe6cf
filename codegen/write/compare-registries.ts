// Compares the registry on disk with the wanted one, by tokens: formatting alone makes no difference.
import type { Pins } from '../model/registry-item.js'
import { firstOtherSchema, isSamePin, pinsIn } from './registry-pins.js'
import {
  registryTokens,
  withoutProof,
  withoutPositions,
  type Scan,
  type Token,
} from './registry-tokens.js'

/**
 * `same`: nothing to do. `moved`: only positions for messages differ, as after reformatting a migration. `conflict`: it contains
 * merge conflict markers. `stale`: its migrations differ from the wanted ones. `edited`: its migrations are right, but something
 * else differs. `unproven`: it only lacks the schema digests, because it was generated without replay. If the wanted text has no
 * digests, those on disk are ignored.
 */
export type Comparison =
  | { readonly kind: 'same' | 'moved' | 'conflict' }
  | { readonly kind: 'stale'; readonly offset: number; readonly changes: RegistryChanges }
  | { readonly kind: 'edited' | 'unproven'; readonly offset: number }

/** The versions in which two registries differ, ascending. */
export interface RegistryChanges {
  /** Missing from the file on disk. */
  readonly missing: readonly number[]
  /** Only in the file on disk. */
  readonly surplus: readonly number[]
  /** In both, but with another checksum that is not an accepted alternative either, or with `effects` in only one of them. */
  readonly changed: readonly number[]
  /** The first with the same checksum but another schema; none if an earlier change explains the difference. */
  readonly remade: readonly number[]
  /** In both with the same checksum, but with another text, name or description. */
  readonly reworded: readonly number[]
}

/** Compares the text on disk with the wanted one; `offset` points to the first difference on disk. */
export function compareRegistries(onDisk: string, wanted: string): Comparison {
  const scan = registryTokens(wanted)
  const isProven = hasDigests(scan)
  const [due, found] = [scan, registryTokens(onDisk)].map((one) =>
    isProven ? one : { ...one, tokens: withoutProof(one.tokens) },
  ) as [Scan, Scan]
  const offset = firstDifference(found, due)
  if (offset === null) return { kind: 'same' }
  if (found.broken && /^<{7}(?: |\r?$)/m.test(onDisk)) return { kind: 'conflict' }
  if (!found.broken && sameTokens(withoutPositions(found.tokens), withoutPositions(due.tokens))) {
    return { kind: 'moved' }
  }
  const reworded = found.broken ? [] : rewordedVersions(found.tokens, due.tokens)
  const versions = compareVersions(pinsIn(found.tokens), pinsIn(due.tokens))
  const changes = { ...versions, reworded: reworded.filter(isInBoth(versions)) }
  const isEmpty = Object.values(changes).every((versions) => versions.length === 0)
  if (!isEmpty) return { kind: 'stale', offset, changes }
  return { kind: lacksOnlyDigests(found, due) ? 'unproven' : 'edited', offset }
}

const hasDigests = ({ tokens }: Scan): boolean => tokens.some(({ text }) => text === 'schemaDigest')

const lacksOnlyDigests = (found: Scan, due: Scan): boolean =>
  !found.broken &&
  !hasDigests(found) &&
  sameTokens(
    withoutPositions(withoutProof(found.tokens)),
    withoutPositions(withoutProof(due.tokens)),
  )

/** A file that does not scan is never the same, not even with equal tokens: the scanner skips conflict markers. */
function firstDifference(found: Scan, due: Scan): number | null {
  const index = due.tokens.findIndex((token, place) => token.text !== found.tokens[place]?.text)
  if (index >= 0) return (found.tokens[index] ?? found.tokens.at(-1))?.offset ?? 0
  if (found.tokens.length > due.tokens.length) return found.tokens[due.tokens.length]!.offset
  return found.broken ? 0 : null
}

function sameTokens(one: readonly Token[], other: readonly Token[]): boolean {
  return one.length === other.length && one.every(({ text }, index) => text === other[index]!.text)
}

function compareVersions(found: Pins, due: Pins): Omit<RegistryChanges, 'reworded'> {
  const remade = firstOtherSchema(found, due)
  return {
    missing: [...due.keys()].filter((version) => !found.has(version)),
    surplus: [...found.keys()].filter((version) => !due.has(version)),
    changed: [...due].flatMap(([version, pin]) => {
      const known = found.get(version)
      const isSame = !known || (isSamePin(known, pin) && known.hasEffects === pin.hasEffects)
      return isSame ? [] : [version]
    }),
    remade: remade === null ? [] : [remade],
  }
}

const isInBoth =
  ({ missing, changed }: Omit<RegistryChanges, 'reworded'>) =>
  (version: number): boolean =>
    !missing.includes(version) && !changed.includes(version)

/** The fields of an entry that a person wrote and that the checksum of `up` does not cover. */
const WORDED = new Set([
  'name',
  'description',
  'file',
  'downChecksum',
  'reversible',
  'irreversible',
  'source',
  'up',
  'down',
])

/** The versions in whose entries the first difference is in such a field. */
function rewordedVersions(found: readonly Token[], due: readonly Token[]): number[] {
  const entries = entriesOf(withoutProof(withoutPositions(found)))
  return [...entriesOf(withoutProof(withoutPositions(due)))].flatMap(([version, wanted]) => {
    const entry = entries.get(version) ?? []
    const index = wanted.findIndex(({ text }, at) => text !== entry[at]?.text)
    const isWorded = [entry, wanted].some((tokens) => WORDED.has(fieldAt(tokens, index)))
    return index >= 0 && isWorded ? [version] : []
  })
}

/** The tokens of each entry, from its version to its last brace. The code after the entries begins with `export` or `exports`. */
function entriesOf(tokens: readonly Token[]): Map<number, readonly Token[]> {
  const starts = tokens.flatMap(({ text }, index) =>
    text === 'version' && tokens[index + 1]?.text === ':' ? [index] : [],
  )
  const end = tokens.findIndex(
    ({ text }, index) => index > (starts[0] ?? 0) && /^exports?$/.test(text),
  )
  return new Map(
    starts.map((start, index) => {
      const entry = tokens.slice(start, starts[index + 1] ?? (end < 0 ? undefined : end))
      const last = entry.findLastIndex(({ text }) => text === '}')
      return [Number(tokens[start + 2]?.text), entry.slice(0, last)]
    }),
  )
}

/** The name of the field that the token at an index belongs to, as its name or in its value. */
function fieldAt(tokens: readonly Token[], index: number): string {
  for (let at = index; at >= 0; at--) if (tokens[at + 1]?.text === ':') return tokens[at]!.text
  return ''
}
