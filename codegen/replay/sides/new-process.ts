// Loads a migration as in a process where nothing else has run, so that no variables keep values.
import type { Entry } from './step-side.js'
import { sideOf } from '../../../src/plan/scripts.js'
import type { Direction } from '../../model/evidence.js'
import type { HistoryRun } from './history-run.js'

/** The entry with its code loaded afresh; the entry itself if the side is SQL, or there is no code to load. */
export function inNewProcess(
  { registry, anew }: Pick<HistoryRun, 'registry' | 'anew'>,
  entry: Entry,
  direction: Direction,
): Entry {
  const side = sideOf(entry, direction)
  if (!anew || !side || 'scripts' in side) return entry
  return anew()[registry.indexOf(entry)] ?? entry
}
