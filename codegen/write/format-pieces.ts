// Formats a text of which most is known: each piece that was formatted before stays as it came out then, and what is new goes
// through the formatter in one call, with a comment before each stretch of it, at which the result is cut apart again.
import { createHash } from 'node:crypto'
import type { Parts } from '../model/generated-file.js'
import { readMemory, writeMemory } from '../project/memory-file.js'

/** How a text is formatted. */
export interface Style {
  readonly format: (text: string) => string | Promise<string>
  /** Whatever the result depends on besides the text. */
  readonly key: string
  readonly language: keyof typeof COMMENTS
}

/** No migration has this in it; where one has, the whole is formatted. */
const MARK = '@lockstep-piece@'

/** A comment on lines of its own, and how to find it in what was formatted. */
const COMMENTS = {
  code: { text: `// ${MARK}\n`, found: new RegExp(`^[ \\t]*// ${MARK}(?:\\r\\n|\\r|\\n)`, 'm') },
  page: {
    text: `\n<!-- ${MARK} -->\n\n`,
    found: new RegExp(`^<!-- ${MARK} -->(?:\\r\\n|\\r|\\n){2}`, 'm'),
  },
} as const

/**
 * The parts formatted, as they come out when the whole is formatted; null where they cannot be told apart in the result.
 * `memory` is the file that keeps the pieces from run to run. Rejects with what the formatter throws.
 */
export async function formatPieces(
  parts: Parts,
  { format, key, language }: Style,
  memory: string,
): Promise<string | null> {
  // Nothing would hold the comment of a piece at the end.
  if (typeof parts.at(-1) !== 'string') return null
  const known = readPieces(memory, key)
  const stretches = stretchesOf(parts, known)
  const { text: mark, found } = COMMENTS[language]
  if (stretches.some(({ text }) => text.includes(MARK))) return null
  const formatted = (await format(stretches.map(({ text }) => text).join(mark))).split(found)
  if (formatted.length !== stretches.length) return null
  const texts = new Map(stretches.map(({ piece }, at) => [piece, formatted[at]!]))
  const pieces = parts.flatMap((part) => {
    const name = typeof part === 'string' ? null : nameOf(part.piece)
    return name === null ? [] : [[name, known[name] ?? texts.get(name)] as const]
  })
  writeMemory(memory, { key, pieces: Object.fromEntries(pieces) })
  return stretches.map(({ before }, at) => [...before, formatted[at]!].join('')).join('')
}

/** What is formatted in one go. */
interface Stretch {
  /** The known pieces that stand before it, formatted. */
  readonly before: readonly string[]
  readonly text: string
  /** The name of the piece that it is. */
  readonly piece: string | null
}

function stretchesOf(parts: Parts, known: Pieces): Stretch[] {
  const stretches: Stretch[] = []
  let before: string[] = []
  for (const part of parts) {
    const [text, piece] = typeof part === 'string' ? [part, null] : [part.piece, nameOf(part.piece)]
    const found = piece === null ? undefined : known[piece]
    const last = stretches.at(-1)
    if (found !== undefined) before.push(found)
    else if (piece === null && last?.piece === null && before.length === 0)
      stretches.splice(-1, 1, { ...last, text: last.text + text })
    else {
      stretches.push({ before, text, piece })
      before = []
    }
  }
  return stretches
}

/** Formatted pieces by the digest of what they were. */
type Pieces = Readonly<Record<string, string>>

const nameOf = (piece: string): string =>
  createHash('sha256').update(piece).digest('hex').slice(0, 32)

function readPieces(memory: string, key: string): Pieces {
  const stored = readMemory(memory) as { key?: unknown; pieces?: Pieces } | null
  return stored?.key === key ? (stored.pieces ?? {}) : {}
}
