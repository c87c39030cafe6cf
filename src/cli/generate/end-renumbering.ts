// Completes renumberings that were killed: first the moves of their files, then what was to follow.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { journalName } from '../../../codegen/project/renumbering-left.js'
import type { Recovered } from '../../../codegen/renumber/renumber.js'
import type { Terminal } from '../command/command.js'
import { generateEach, type Generated } from './generate-each.js'
import type { Settings } from '../settings/settings.js'

/** The message after an interrupted run was completed or undone; generating follows each but the first. */
export const RECOVERED: Readonly<Record<Recovered, string>> = {
  undone:
    'An earlier renumbering was interrupted at its beginning. Its files have their old names back.',
  finished: 'An earlier renumbering was interrupted near its end. It is finished now.',
  moved: 'An earlier renumbering was interrupted before it generated. It continues from there.',
}

/**
 * Generates for every database after completing what a killed `renumber` has begun in its folder, and says so. Throws
 * `RENUMBER_FAILED`.
 */
export async function generateRecovered(
  all: readonly Settings[],
  terminal: Terminal,
): Promise<Generated> {
  const folders = [...new Set(all.map(({ migrations }) => migrations))].filter(hasJournal)
  if (folders.length === 0) return generateEach(all, 'write', terminal)
  const { concludeMoves, recoverMoves } = await import('../../../codegen/renumber/move-files.js')
  const ended: string[] = []
  for (const folder of folders) {
    const recovered = await recoverMoves(folder)
    if (recovered === null) continue
    terminal.say(RECOVERED[recovered])
    ended.push(folder)
  }
  const generated = await generateEach(all, 'write', terminal)
  for (const folder of ended) await concludeMoves(folder)
  return generated
}

const hasJournal = (folder: string): boolean =>
  (['undo', 'finish', 'generate'] as const).some((phase) =>
    existsSync(join(folder, journalName(phase))),
  )
