// Reads what a registry pins for each version: its checksums, and the digest of the resulting schema.
import type { Pin, Pins, RegistryItem } from '../model/registry-item.js'
import { registryTokens, type Token } from './registry-tokens.js'

/** The pins of these migrations. */
export const pinsOf = (items: readonly RegistryItem[]): Pins =>
  new Map(
    items.map(({ migration, checksums, formerly, schema }) => [
      migration.version,
      {
        checksums: [checksums.up, ...formerly],
        schemaDigest: schema?.schemaDigest ?? null,
        hasEffects: migration.effects !== null,
      },
    ]),
  )

/** The same from the text of a registry; empty if it is none. */
export const pinsInText = (text: string): Pins => pinsIn(registryTokens(text).tokens)

/** The objects in the digests of a registry, as `table users`: from `schemaChanges: { 'table users': '…' }`. */
export const objectsInText = (text: string): string[] =>
  registryTokens(text).tokens.flatMap(({ text: token }, index, tokens) =>
    tokens[index + 1]?.text === ':' && /^'(?:table|view|index|trigger) /.test(token)
      ? [bare(token)]
      : [],
  )

/** What the versions of a registry need from other histories, with the checksums that a ledger may have for them. */
export function needsInText(text: string): ReadonlyMap<number, NeedsPinned> {
  const { tokens } = registryTokens(text)
  const needs = new Map<number, NeedsPinned>()
  const pins = pinsIn(tokens)
  let version = 0
  tokens.forEach((token, index) => {
    if (tokens[index + 1]?.text !== ':') return
    const value = tokens[index + 2]?.text ?? ''
    if (token.text === 'version') version = Number(value)
    if (token.text === 'needs' && value === '[')
      needs.set(version, {
        checksums: pins.get(version)?.checksums ?? [],
        needs: listAt(tokens, index + 2),
      })
  })
  return needs
}

/** What a version needs, and its present and former checksums. */
export interface NeedsPinned {
  readonly checksums: readonly string[]
  readonly needs: readonly string[]
}

/** From the entries, `version: 1, … checksum: '…', formerly: ['…'], …`, and the digests, `1: { schemaDigest: '…', … }`. */
export function pinsIn(tokens: readonly Token[]): Pins {
  const pins = new Map<number, Growing>()
  let pin = nothingPinned()
  tokens.forEach(({ text }, index) => {
    if (tokens[index + 1]?.text !== ':') return
    const value = tokens[index + 2]?.text ?? ''
    if (/^\d+$/.test(text) && value === '{') pin = pins.get(Number(text)) ?? nothingPinned()
    if (text === 'version' && /^\d+$/.test(value)) {
      pin = nothingPinned()
      pins.set(Number(value), pin)
    }
    if (text === 'checksum') pin.checksums.unshift(bare(value))
    if (text === 'formerly') pin.checksums.push(...listAt(tokens, index + 2))
    if (text === 'effects') pin.hasEffects = true
    if (text === 'schemaDigest') pin.schemaDigest = bare(value)
  })
  return pins
}

type Growing = { -readonly [Field in keyof Pin]: Pin[Field] } & { checksums: string[] }

const nothingPinned = (): Growing => ({ checksums: [], schemaDigest: null, hasEffects: false })

/** Whether two pins agree: the first checksum of either is among those of the other, or nothing was pinned before. */
export const isSamePin = (before: Pin, { checksums }: Pin): boolean =>
  before.checksums[0] === undefined ||
  checksums.includes(before.checksums[0]) ||
  (checksums[0] !== undefined && before.checksums.includes(checksums[0]))

/**
 * The first version whose schema differs although the migrations up to it are the same: something that no checksum covers has
 * changed. Null if there is none, or if an edit, a new version or another digest algorithm comes first and may explain it.
 */
export function firstOtherSchema(before: Pins, now: Pins): number | null {
  for (const [version, pin] of [...now].sort(([a], [b]) => a - b)) {
    const known = before.get(version)
    if (!known || !isSamePin(known, pin)) return null
    if (!known.schemaDigest || !pin.schemaDigest) continue
    if (algorithmOf(known.schemaDigest) !== algorithmOf(pin.schemaDigest)) return null
    if (known.schemaDigest !== pin.schemaDigest) return version
  }
  return null
}

const algorithmOf = (digest: string): string => digest.slice(0, digest.indexOf(':'))

function listAt(tokens: readonly Token[], start: number): string[] {
  const end = tokens.findIndex(({ text }, index) => index > start && text === ']')
  return tokens.slice(start + 1, end).flatMap(({ text }) => (text === ',' ? [] : [bare(text)]))
}

/** The value of a string token, without the quote that marks it. */
const bare = (text: string): string => text.replace(/^'/, '')
