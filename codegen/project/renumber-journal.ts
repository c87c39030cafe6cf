// The journal written before migrations are renamed, so that a killed run can be undone or finished.
import { readFileSync, statSync } from 'node:fs'
import { link, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { LockstepError } from '../../src/errors/lockstep-error.js'
import { renumberConcurrent } from '../../src/errors/renumber.js'
import { dangerIn } from './tree-path.js'
import { parseFileName } from './file-name.js'
import { asideName, draftName, journalName } from './renumbering-left.js'
import { writeNew } from './write-new.js'
import { isRunningBeside, ownName, processIn, temporaryPath } from './owned-names.js'

/** One file to rename, in one folder. */
export interface JournalMove {
  /** File names. */
  readonly from: string
  readonly to: string
  /** The new text with its byte order mark; null when only the name changes. */
  readonly text: string | null
}

/**
 * `undo`: files are being moved aside, and each has its old or its hidden name. `finish`: all are aside; those still hidden have
 * not reached their new name yet, the others have. `generate`: all have their new names, but the generated files do not reflect
 * them yet.
 */
export type JournalPhase = 'undo' | 'finish' | 'generate'

/** The moves of a run that is in progress or was interrupted. */
export interface Journal {
  readonly phase: JournalPhase
  readonly moves: readonly JournalMove[]
  /** The id of its process if that still runs; otherwise null. */
  readonly worker: number | null
}

/** Where a file waits for its new name. */
export const asideOf = (folder: string, { from }: Pick<JournalMove, 'from'>): string =>
  join(folder, asideName(from))

/** Where a new text is written before it replaces the file. */
export const draftOf = (folder: string, { to }: Pick<JournalMove, 'to'>): string =>
  join(folder, draftName(to))

/** The name of a journal says what to do with it. */
const fileOf = (folder: string, phase: JournalPhase): string => join(folder, journalName(phase))

/**
 * Writes a journal in the phase `undo`, atomically. Throws `RENUMBER_CONCURRENT` if another run is in progress, and errors of the
 * disk.
 */
export async function beginJournal(folder: string, moves: readonly JournalMove[]): Promise<void> {
  refuseRunning(folder)
  const draft = temporaryPath(fileOf(folder, 'undo'))
  try {
    await writeNew(draft, JSON.stringify({ owner: ownName(), moves }, null, 1))
    await takeName(folder, draft)
  } finally {
    await rm(draft, { force: true })
  }
}

/** Adds a second name, because renaming would replace the journal of a faster run. */
async function takeName(folder: string, draft: string): Promise<void> {
  const file = fileOf(folder, 'undo')
  try {
    await link(draft, file)
  } catch (error) {
    refuseRunning(folder)
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error
    // A file system without links.
    await rename(draft, file)
  }
  const first = readJournal(folder)
  if (first?.phase !== 'finish') return
  // The other run continued between the check and the link.
  await endJournal(folder, 'undo')
  refuseOthers(first)
}

/** Throws `RENUMBER_CONCURRENT` if another run is in progress. */
export const refuseRunning = (folder: string): void => refuseOthers(readJournal(folder))

function refuseOthers(journal: Journal | null): void {
  if (!journal || (journal.phase === 'generate' && journal.worker === null)) return
  const { worker } = journal
  const who = worker === null ? 'one that was interrupted' : `process ${worker}`
  throw new LockstepError(renumberConcurrent(`another \`lockstep renumber\`, ${who}`))
}

/** Moves on to another phase, atomically. */
export const turnJournal = (folder: string, from: JournalPhase, to: JournalPhase): Promise<void> =>
  rename(fileOf(folder, from), fileOf(folder, to))

/** Removes the journal, as the last step of a run. */
export const endJournal = (folder: string, phase: JournalPhase): Promise<void> =>
  rm(fileOf(folder, phase), { force: true })

/** The journal of an unfinished run, or null. An unreadable one counts as none. */
export function readJournal(folder: string): Journal | null {
  for (const phase of ['finish', 'undo', 'generate'] as const) {
    const found = contentOf(fileOf(folder, phase))
    if (typeof found === 'object' && found) return { phase, ...found }
  }
  return null
}

/** An unreadable journal, without which it is unknown what was begun. */
export interface UnreadJournal {
  readonly name: string
  /** Why it cannot be read, as the end of a sentence. */
  readonly fault: string
}

/** The journal of renamed files that exists but cannot be read, or null. */
export function unreadJournal(folder: string): UnreadJournal | null {
  for (const phase of ['finish', 'undo'] as const) {
    const fault = contentOf(fileOf(folder, phase))
    if (typeof fault === 'string') return { name: journalName(phase), fault }
  }
  return null
}

/** A journal that was not touched for this long belongs to no running process. */
const STALE_MS = 600_000

/** The content of a journal, or why it cannot be read; null if there is none. */
function contentOf(file: string): Omit<Journal, 'phase'> | string | null {
  try {
    const text = readFileSync(file, 'utf8')
    if (text.trim() === '') return 'it is empty'
    const { owner, moves } = Object(JSON.parse(text)) as Record<string, unknown>
    if (!Array.isArray(moves) || !moves.every(isMove))
      return 'it does not say which migrations of this folder were renamed'
    const isRunning = isRunningBeside(String(owner), statSync(file).mtimeMs, STALE_MS)
    return { moves, worker: isRunning ? processIn(String(owner)) : null }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return null
    return error instanceof SyntaxError ? 'it is cut off, or not JSON' : message
  }
}

/** A journal may come with a branch like any file, so it may only move migrations of its folder, and edit scripts there. */
function isMove(value: unknown): value is JournalMove {
  const { from, to, text } = (value ?? {}) as Partial<Record<keyof JournalMove, unknown>>
  const isName = (name: unknown): name is string =>
    typeof name === 'string' && basename(name) === name && dangerIn(name) === null
  if (!isName(from) || !isName(to) || (text !== null && typeof text !== 'string')) return false
  if (from === to) return mayBeEdited(from)
  return [from, to].every((name) => parseFileName(name).is === 'migration')
}

/** Whether a file of the migrations folder may be edited when migrations beside it are renamed. */
export const mayBeEdited = (name: string): boolean =>
  /^[^.].*\.[cm]?[jt]sx?$/.test(name) &&
  /^(?:migration|helper|bystander)$/.test(parseFileName(name).is)
