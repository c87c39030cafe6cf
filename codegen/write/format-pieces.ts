// Formats a text whose pieces are mostly cached: those keep their formatted form, and everything new goes through the formatter
// in one call, separated by comments at which the result is split again.
import { createHash } from 'node:crypto'
import type { Parts } from '../model/generated-file.js'
import { readMemory, writeMemory } from '../project/memory-file.js'

/** How a text is formatted. */
export interface Style {
  readonly format: (text: string) => string | Promise<string>
  /** Identifies everything that the result depends on besides the text. */
  readonly key: string
  readonly language: keyof typeof COMMENTS
}

/** Not expected in any migration; if one contains it, the text is formatted as a whole. */
const MARK = '@lockstep-piece@'

/** The separating comment, on a line of its own, and how to find it in formatted text. */
const COMMENTS = {
  code: { text: `// ${MARK}\n`, found: new RegExp(`^[ \\t]*// ${MARK}(?:\\r\\n|\\r|\\n)`, 'm') },
  page: {
    text: `\n<!-- ${MARK} -->\n\n`,
    found: new RegExp(`^<!-- ${MARK} -->(?:\\r\\n|\\r|\\n){2}`, 'm'),
  },
} as const

/**
 * The formatted parts, joined; equal to formatting the text as a whole. Null if the parts cannot be told apart in the result.
 * `memory` is the file that caches the pieces from run to run. Rejects with the formatter's error.
 */
export async function formatPieces(
  parts: Parts,
  { format, key, language }: Style,
  memory: string,
): Promise<string | null> {
  // Cached pieces belong to the stretch that follows them, so a piece must not come last.
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

/** A part of the text between two separating comments. */
interface Stretch {
  /** The cached pieces before it, formatted. */
  readonly before: readonly string[]
  readonly text: string
  /** The digest of the piece that it is; null if it is no piece. */
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

/** Formatted pieces by the digest of their unformatted text. */
type Pieces = Readonly<Record<string, string>>

const nameOf = (piece: string): string =>
  createHash('sha256').update(piece).digest('hex').slice(0, 32)

function readPieces(memory: string, key: string): Pieces {
  const stored = readMemory(memory) as { key?: unknown; pieces?: Pieces } | null
  return stored?.key === key ? (stored.pieces ?? {}) : {}
}
