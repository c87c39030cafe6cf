// Fills the tables of one version with rows, carries them to the end of a history, and returns what rows exist then. Does not judge what
// happens to them.
import type { Entry } from '../sides/step-side.js'
import { anticipate } from './anticipate.js'
import type { CatalogTable } from '../../model/catalog.js'
import type { Carriage, Carried, RowDigests, Spared } from '../sides/results.js'
import { EMPTY, rowDigests } from './row-digests.js'
import type { HistoryRun } from '../sides/history-run.js'
import type { ObservedSide } from './watch/observed-run.js'
import { identityOf } from '../catalog/row-identity.js'
import { deleteDescendants, deleteRows, emptyTable, moderateNumbers } from './fill/delete-rows.js'
import { hasFailed, type Failed } from './judge-failure.js'
import { knowledgeOf } from './fill/knowledge.js'
import { prover, type Outcome, type Prover } from './prover.js'
import { tablesOf } from './fill/table-graph.js'
import { namesIn } from '../../sql/names-in.js'
import { foldCase, quoteIdentifier } from '../../../src/sql/names.js'

/**
 * The same migrations up to `from` get the same rows, whatever follows and in whatever order. If a step fails, the tables that it touches
 * get fewer rows, and everything is tried again. Rejects only on defects.
 */
export async function carryRows(run: HistoryRun, { from, spared }: Carriage): Promise<Carried> {
  const plain = (await attempt(run, { from: 0, spared })).ended ?? {}
  for (let fewer: Spared | null = spared; ;) {
    const { failed, ...tried } = await attempt(run, { from, spared: fewer })
    const answer = { ...tried, plain, spared: fewer, failure: failed?.failure.message ?? null }
    if (!failed) return answer
    fewer = sparing(fewer, failed, tried.begun)
    if (!fewer) return answer
  }
}

/** In an order independent of their version numbers. */
const byName = (entries: readonly Entry[]): readonly Entry[] =>
  [...entries].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))

interface Attempt extends Pick<Carried, 'begun' | 'empty' | 'ended'> {
  readonly failed: Failed | null
}

async function attempt(run: HistoryRun, carriage: Carriage): Promise<Attempt> {
  const rows = prover(await run.open(), run, knowledgeOf(byName(run.registry)))
  try {
    return carry(rows, run, carriage)
  } finally {
    rows.close()
  }
}

function carry(rows: Prover, run: HistoryRun, { from, spared }: Carriage): Attempt {
  const { registry, report } = run
  const apply = (entry: Entry): Outcome => {
    report(entry.version, 'up')
    return rows.run({ entry, direction: 'up' }, 'carry')
  }
  const [before, later] = [registry.slice(0, from), registry.slice(from)]
  const outcomes = before.map(apply)
  const last = outcomes.at(-1)
  if (last) begin({ run, rows }, last.attended, { later, spared })
  const all = Object.entries(last ? rowDigests(rows) : {})
  const begun = Object.fromEntries(all.filter(([, text]) => text !== EMPTY))
  const empty = all.flatMap(([name, text]) => (text === EMPTY ? [name] : []))
  for (const entry of later) {
    const outcome = apply(entry)
    if (hasFailed(outcome)) return { begun, empty, ended: null, failed: outcome }
  }
  return { begun, empty, ended: rowDigests(rows), failed: null }
}

/** Fills every table, and adds rows that the later steps look for. */
function begin(
  { run, rows }: { readonly run: HistoryRun; readonly rows: Prover },
  last: ObservedSide,
  { later, spared }: { readonly later: readonly Entry[]; readonly spared: Spared },
): void {
  rows.fill(last)
  for (const entry of byName(later)) anticipate({ run, rows }, { entry, direction: 'up' })
  const { connection } = rows
  const situation = rows.situation()
  for (const table of tablesOf(situation)) {
    const grade = spared[foldCase(table.name)]
    if (grade === undefined) moderateNumbers(connection, situation, table)
    else if (grade === 'none' || identityOf(table).length === 0)
      emptyTable(connection, situation, table)
    else deleteRows(connection, situation, table, allButOne(rows, table))
  }
  deleteDescendants(connection, situation, Object.keys(spared))
}

function allButOne({ connection }: Prover, table: CatalogTable) {
  const columns = identityOf(table).map(quoteIdentifier).join(', ')
  const all = `SELECT ${columns} FROM ${quoteIdentifier(table.name)} ORDER BY ${columns}`
  return connection.all(all).slice(1)
}

/** Spares the tables of the failed statement, or else of the step, by giving them fewer rows; null if none of them has any. */
function sparing(spared: Spared, { failure, attended }: Failed, begun: RowDigests): Spared | null {
  const filled = Object.keys(begun).map((name) => foldCase(name))
  const touched = [new Set(namesIn(failure.at.statement ?? '')), attended.named, attended.reached]
  const tables = touched
    .map((names) => filled.filter((name) => names.has(name)))
    .find(({ length }) => length > 0)
  if (!tables) return null
  const fewer = tables.map((name) => [name, spared[name] === undefined ? 'one' : 'none'] as const)
  return { ...spared, ...Object.fromEntries(fewer) }
}
