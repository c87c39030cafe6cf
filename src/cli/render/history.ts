// Renders the history of a database. Pure.
import type { HistoryEntry } from '../../model/report.js'
import { columns, type Style } from '../terminal/style.js'
import { duration, moment } from '../terminal/quantities.js'
import { shortDigests } from './repair.js'

/** One line per event, the oldest first. */
export function renderHistory(
  database: string,
  entries: readonly HistoryEntry[],
  style: Style,
): string[] {
  if (entries.length === 0) return [`${style.bold(database)}  Nothing has been applied yet.`]
  const head = ['Time', 'What', 'Version', 'Name', 'Took', ''].map(style.bold)
  return columns([head, ...entries.map((entry) => row(entry, style))])
}

const row = (entry: HistoryEntry, style: Style): string[] => [
  moment(entry.at),
  entry.action === 'rollback' ? style.yellow(WORDS.rollback) : wordFor(entry.action),
  entry.id ?? '',
  entry.name ?? '',
  entry.durationMs === null ? '' : duration(entry.durationMs),
  style.dim(shortDigests(entry.detail ?? '')),
]

/** Unknown actions are shown as they are. */
const wordFor = (action: HistoryEntry['action']): string =>
  Object.hasOwn(WORDS, action) ? WORDS[action] : action

const WORDS: Readonly<Record<HistoryEntry['action'], string>> = {
  apply: 'applied',
  begin: 'started',
  rollback: 'rolled back',
  mark: 'marked',
  adopt: 'adopted',
  load: 'loaded',
  repair: 'repaired',
  backup: 'backed up',
  restore: 'restored',
}
