// What is written down before migrations are renamed, so that a run that was killed can be undone or finished.
import { readFileSync, statSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { dangerIn } from '../base/tree-path.js'
import { parseFileName } from '../discover/file-name.js'
import { asideName, draftName, journalName } from '../discover/renumbering-left.js'
import { isRunningBeside, ownName } from '../owned-names.js'

/** One file that gets another name, in one folder. */
export interface JournalMove {
  /** File names. */
  readonly from: string
  readonly to: string
  /** The new text with its byte order mark; null when only the name changes. */
  readonly text: string | null
}

/**
 * `undo`: files are stepping aside, and each is under its old or its hidden name. `finish`: all have stepped aside; one
 * that is still hidden has not taken its place for good, one that is not has. `generate`: all have their new names, of which
 * the generated files do not know yet.
 */
export type JournalPhase = 'undo' | 'finish' | 'generate'

/** The moves of a run that is not over, or was not ended. */
export interface Journal {
  readonly phase: JournalPhase
  readonly moves: readonly JournalMove[]
  /** Whether its process still runs. */
  readonly isRunning: boolean
}

/** Where a file waits for its new name. */
export const asideOf = (folder: string, { from }: Pick<JournalMove, 'from'>): string =>
  join(folder, asideName(from))

/** Where a new text is written before it takes its place. */
export const draftOf = (folder: string, { to }: Pick<JournalMove, 'to'>): string =>
  join(folder, draftName(to))

/** The name of a journal is what to do with it. */
const fileOf = (folder: string, phase: JournalPhase): string => join(folder, journalName(phase))

/** Writes a journal in the phase `undo`, whole or not at all. Throws where there is one already, or on failures of the disk. */
export async function beginJournal(folder: string, moves: readonly JournalMove[]): Promise<void> {
  const before = readJournal(folder)
  if (before && before.phase !== 'generate') throw new RangeError('another renumbering is not over')
  const draft = unfinishedOf(folder)
  const file = await open(draft, 'w')
  try {
    await file.writeFile(JSON.stringify({ owner: ownName(), moves }, null, 1))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, fileOf(folder, 'undo'))
}

const unfinishedOf = (folder: string): string => join(folder, '.renumber-draft.json')

/** Removes what a run has left that was killed while it wrote its journal. */
export const dropUnfinished = (folder: string): Promise<void> =>
  rm(unfinishedOf(folder), { force: true })

/** Goes on to another phase, at once. */
export const turnJournal = (folder: string, from: JournalPhase, to: JournalPhase): Promise<void> =>
  rename(fileOf(folder, from), fileOf(folder, to))

/** The last thing to do. */
export const endJournal = (folder: string, phase: JournalPhase): Promise<void> =>
  rm(fileOf(folder, phase), { force: true })

/** The journal of a run that was broken off, or null. One that cannot be read counts as none. */
export function readJournal(folder: string): Journal | null {
  for (const phase of ['finish', 'undo', 'generate'] as const) {
    const found = contentOf(fileOf(folder, phase))
    if (found) return { phase, ...found }
  }
  return null
}

/** What was not touched for so long is nobody's work any more. */
const STALE_MS = 600_000

function contentOf(file: string): Omit<Journal, 'phase'> | null {
  try {
    const { owner, moves } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
    const ours = Array.isArray(moves) && moves.every(isMove)
    const isRunning = isRunningBeside(String(owner), statSync(file).mtimeMs, STALE_MS)
    return ours ? { moves, isRunning } : null
  } catch {
    return null
  }
}

/** A journal may come with a branch as any file does: only migrations of its folder are moved by it. */
function isMove(value: unknown): value is JournalMove {
  const { from, to, text } = (value ?? {}) as Partial<Record<keyof JournalMove, unknown>>
  const isName = (name: unknown): boolean =>
    typeof name === 'string' &&
    basename(name) === name &&
    parseFileName(name).is === 'migration' &&
    dangerIn(name) === null
  return isName(from) && isName(to) && (text === null || typeof text === 'string')
}
