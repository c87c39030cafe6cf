// Renames files and changes their texts, all of them or none.
import { access, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { renumberFailed } from '../../src/errors/renumber.js'
import { LockstepError } from '../../src/errors/lockstep-error.js'
import type { Move } from './plan-renumber.js'

/**
 * Carries the moves out. First every file steps aside, then each takes its new name, so that one may take the name that
 * another leaves. When the file system fails half way, everything is put back. Throws `RENUMBER_FAILED`.
 */
export async function moveFiles(moves: readonly Move[]): Promise<void> {
  const undo: Undo[] = []
  try {
    for (const move of moves) await stepAside(move, undo)
    for (const move of moves) await takePlace(move, undo)
  } catch (cause) {
    const left = await putBack(undo)
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new LockstepError(renumberFailed(reason, left), { cause })
  }
  // What is edited stands in a file of its own by now.
  for (const move of moves) await rm(asideOf(move), { force: true }).catch(() => {})
}

interface Undo {
  /** What is left when undoing fails. */
  readonly file: string
  run(): Promise<unknown>
}

/** Hidden files are no migrations, so what a crash leaves behind is never run; its name says what it was. */
const asideOf = ({ path }: Move): string => join(dirname(path), `.${basename(path)}.renumbering`)

async function stepAside(move: Move, undo: Undo[]): Promise<void> {
  await rename(move.path, asideOf(move))
  undo.unshift({ file: asideOf(move), run: () => rename(asideOf(move), move.path) })
}

async function takePlace(move: Move, undo: Undo[]): Promise<void> {
  const aside = asideOf(move)
  if (move.text === null) {
    await refuseExisting(move.target)
    await rename(aside, move.target)
    undo.unshift({ file: move.target, run: () => rename(move.target, aside) })
    return
  }
  const { mode } = await stat(aside)
  const mark = await markOf(aside)
  const file = await open(move.target, 'wx', mode)
  undo.unshift({ file: move.target, run: () => rm(move.target, { force: true }) })
  try {
    await file.writeFile(mark + move.text)
  } finally {
    await file.close()
  }
}

/** Renaming would replace a file that another process has put there meanwhile. */
async function refuseExisting(path: string): Promise<void> {
  const exists = await access(path).then(
    () => true,
    () => false,
  )
  if (exists) throw new RangeError(`${basename(path)} exists already`)
}

/** The byte order mark that a file begins with, or nothing. */
async function markOf(path: string): Promise<string> {
  const bytes = await readFile(path)
  return bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? '\uFEFF' : ''
}

async function putBack(undo: readonly Undo[]): Promise<string[]> {
  const left: string[] = []
  for (const { file, run } of undo) await run().catch(() => left.push(file))
  return left
}
