// Renames files and changes their texts, all of them or none, and recovers from a run that was killed.
import { access, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { renumberConcurrent, renumberFailed } from '../../src/errors/renumber.js'
import { isLockstepError, LockstepError } from '../../src/errors/lockstep-error.js'
import {
  asideOf,
  beginJournal,
  draftOf,
  endJournal,
  readJournal,
  turnJournal,
  type JournalMove,
} from '../project/renumber-journal.js'
import { removeAbandoned } from '../project/owned-names.js'
import { writeNew } from '../project/write-new.js'

/** One file to rename. */
export interface Move {
  /** Absolute, with `/`. */
  readonly path: string
  readonly target: string
  /** Relative to the project, as they are printed. */
  readonly file: string
  readonly becomes: string
  /** Its new text without a byte order mark; null when only its name changes. */
  readonly text: string | null
}

/**
 * Carries out the moves, which are all in one folder. First every file is moved aside, then each gets its new name, so that one
 * may take a name that another leaves. If the file system fails half way, everything is restored; if the process dies,
 * `recoverMoves` restores or finishes it. The caller then has to generate, and to call `concludeMoves`. Throws `RENUMBER_FAILED`,
 * or `RENUMBER_CONCURRENT` if another process renames the files or has done so.
 */
export async function moveFiles(moves: readonly Move[]): Promise<void> {
  const [first] = moves
  if (!first) return
  const folder = dirname(first.path)
  const undo: Undo[] = []
  try {
    const planned = await Promise.all(moves.map(planOf))
    await beginJournal(folder, planned)
    undo.push({ file: folder, run: () => endJournal(folder, 'undo') })
    for (const move of planned) await stepAside(folder, move, undo)
    await turnJournal(folder, 'undo', 'finish')
    undo.unshift({ file: folder, run: () => turnJournal(folder, 'finish', 'undo') })
    for (const move of planned) await takePlace(folder, move, undo)
    // Files that cannot be cleaned up are reported from then on, and cleaned up by the next run.
    await clearUp(folder, planned).catch(() => {})
  } catch (cause) {
    const left = await putBack(undo)
    if (left.length === 0) await refuseGone(moves, cause)
    throw failed(cause, left)
  }
}

/** Throws `RENUMBER_CONCURRENT` if a file is missing after everything was restored: another process renamed or deleted it. */
async function refuseGone(moves: readonly Move[], cause: unknown): Promise<void> {
  for (const { path, file } of moves) {
    if (await exists(path)) continue
    throw new LockstepError(renumberConcurrent(`${file} no longer exists`), { cause })
  }
}

/** The result of recovery: nothing was renamed, or everything was; or everything had been, and only generating is left. */
export type Recovered = 'undone' | 'finished' | 'moved'

/** Ends a run once everything was generated after its moves, or cannot be. */
export const concludeMoves = (folder: string): Promise<void> => endJournal(folder, 'generate')

/**
 * Completes a run that was killed: backwards, as long as some file was not yet moved aside, otherwise forwards; then generating
 * is left to do, unless it was undone. Returns null if there is no such run, or if its process is still running. Can itself be
 * killed and repeated. Throws `RENUMBER_FAILED`.
 */
export async function recoverMoves(folder: string): Promise<Recovered | null> {
  const journal = readJournal(folder)
  if (journal !== null && journal.worker !== null) return null
  try {
    removeAbandoned(folder)
    if (!journal) return null
    if (journal.phase === 'generate') return 'moved'
    if (journal.phase === 'finish') {
      for (const move of journal.moves) await takePlace(folder, move, [])
      await clearUp(folder, journal.moves)
      return 'finished'
    }
    for (const move of journal.moves) await stepBack(folder, move)
    await endJournal(folder, 'undo')
    return 'undone'
  } catch (cause) {
    const left = await Promise.all(
      (journal?.moves ?? []).map(async (move) =>
        (await exists(asideOf(folder, move))) ? [move] : [],
      ),
    )
    throw failed(
      cause,
      left.flat().map((move) => asideOf(folder, move)),
    )
  }
}

function failed(cause: unknown, left: readonly string[]): LockstepError {
  if (isLockstepError(cause, 'RENUMBER_CONCURRENT') && left.length === 0) return cause
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new LockstepError(renumberFailed(reason, left), { cause })
}

interface Undo {
  /** The file that remains if undoing fails. */
  readonly file: string
  run(): Promise<unknown>
}

async function planOf({ path, target, text }: Move): Promise<JournalMove> {
  const names = { from: basename(path), to: basename(target) }
  return { ...names, text: text === null ? null : (await markOf(path)) + text }
}

/** The byte order mark that a file begins with, or nothing. */
async function markOf(path: string): Promise<string> {
  const bytes = await readFile(path)
  return bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? '\uFEFF' : ''
}

async function stepAside(folder: string, move: JournalMove, undo: Undo[]): Promise<void> {
  const [path, aside] = [join(folder, move.from), asideOf(folder, move)]
  await rename(path, aside)
  undo.unshift({ file: aside, run: () => rename(aside, path) })
}

async function stepBack(folder: string, move: JournalMove): Promise<void> {
  const [path, aside] = [join(folder, move.from), asideOf(folder, move)]
  if (!(await exists(aside))) return
  await refuseExisting(path, move.from)
  await rename(aside, path)
}

/** A file without a new text is in place once it is no longer aside; one with a new text once it has that text. */
async function takePlace(folder: string, move: JournalMove, undo: Undo[]): Promise<void> {
  const [target, aside] = [join(folder, move.to), asideOf(folder, move)]
  const { text } = move
  if (!(await exists(aside)) || (text !== null && (await hasText(target, text)))) return
  await refuseExisting(target, move.to)
  if (text === null) {
    await rename(aside, target)
    undo.unshift({ file: target, run: () => rename(target, aside) })
    return
  }
  const draft = draftOf(folder, move)
  undo.unshift({ file: draft, run: () => rm(draft, { force: true }) })
  const { mode } = await stat(aside)
  await rm(draft, { force: true })
  await writeNew(draft, text, mode)
  await rename(draft, target)
  undo.unshift({ file: target, run: () => rm(target, { force: true }) })
}

/** Removes the files aside, whose new texts are in place now, and turns the journal to `generate`. */
async function clearUp(folder: string, moves: readonly JournalMove[]): Promise<void> {
  for (const move of moves) await rm(asideOf(folder, move), { force: true })
  await turnJournal(folder, 'finish', 'generate')
}

const hasText = (path: string, text: string): Promise<boolean> =>
  readFile(path).then(
    (bytes) => bytes.equals(Buffer.from(text)),
    () => false,
  )

/** Throws if a file exists that renaming would replace: another process has created it meanwhile. */
async function refuseExisting(path: string, name: string): Promise<void> {
  if (await exists(path)) throw new RangeError(`${name} exists already`)
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/** Stops at the first failure, so that the journal stays true; returns what is left then. */
async function putBack(undo: readonly Undo[]): Promise<string[]> {
  for (const [index, { run }] of undo.entries()) {
    const done = await run().then(
      () => true,
      () => false,
    )
    if (!done) return undo.slice(index).map(({ file }) => file)
  }
  return []
}
