// The digest of a schema after each version of a history, without writing the whole schema down each time.
import { createHash } from 'node:crypto'
import { digestLine, digestOfLines, type SchemaChanges } from '../../../src/schema/schema-digest.js'

/** Follows a history. */
export interface SchemaDigests {
  /** Takes note of what a version changes. */
  apply(changes: SchemaChanges): void
  /** Digest over everything that the history has made up to here: what `schemaDigest` answers for it. */
  digest(): string
}

/** Begins with nothing. Objects that were there before the history are no part of its digests. */
export function schemaDigests(): SchemaDigests {
  const lineOf = new Map<string, string>()
  // Kept sorted: sorting them all after each version would cost more than the digest itself.
  const lines: string[] = []
  let last: string | undefined
  const change = (key: string, digest: string | null): void => {
    last = undefined
    const before = lineOf.get(key)
    if (before !== undefined) lines.splice(placeOf(lines, before), 1)
    if (digest === null) return void lineOf.delete(key)
    const line = digestLine([key, digest])
    lineOf.set(key, line)
    lines.splice(placeOf(lines, line), 0, line)
  }
  return {
    apply: (changes) => Object.entries(changes).forEach(([key, digest]) => change(key, digest)),
    digest: () => (last ??= digestOfLines(lines, nativeSha256)),
  }
}

/** Where a line stands, or belongs, among sorted ones. */
function placeOf(lines: readonly string[], line: string): number {
  let low = 0
  let high = lines.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((lines[middle] as string) < line) low = middle + 1
    else high = middle
  }
  return low
}

/** The same as the runtime's own, many times faster. */
const nativeSha256 = (text: string): string =>
  createHash('sha256').update(text, 'utf16le').digest('hex')
