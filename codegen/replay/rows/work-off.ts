// Runs declared batches on a copy of the database, at once or interrupted before and after each COMMIT, and returns the resulting rows.
import type { Entry } from '../sides/step-side.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { Driver } from '../../../src/database/driver.js'
import { versionId } from '../../../src/model/version.js'
import { quoteIdentifier } from '../../../src/sql/names.js'
import { declaredBatches } from '../sides/declared-batches.js'
import type { HistoryRun } from '../sides/history-run.js'
import { inNewProcess } from '../sides/new-process.js'
import { replayPass } from '../sides/replay-pass.js'
import { runSide, type SideFailure } from '../sides/run-side.js'
import type { ComparedTable } from './compared-tables.js'
import { rowTexts, type RowTexts } from './watch/row-texts.js'

/** The history, and the database and its tables from before the step. */
export interface BatchGround {
  readonly run: HistoryRun
  readonly entry: Entry
  readonly database: Uint8Array
  readonly tables: readonly ComparedTable[]
  readonly seen: Seen
}

/** What is observed of the step over all runs. */
export interface Seen {
  /** The statements it ran. */
  readonly texts: string[]
  /** The indexes of walks that found a row. */
  readonly walked: Set<number>
  /** Whether it has changed anything. */
  isChanging: boolean
}

/** The first `faults` connections fail, the next one runs to the end. Rejects only on defects. */
export async function workOff(
  { run, entry, database, tables, seen }: BatchGround,
  batchRows: number,
  faults: number,
): Promise<RowTexts | { readonly failure: SideFailure }> {
  let content = database
  for (let count = 0; ; count++) {
    const handle = await run.reopen!(content)
    try {
      const fault = count < faults ? faultAt(count) : undefined
      const failure = attempt(run, entry, { handle, batchRows, fault, seen })
      if (failure && !fault?.isMade) return { failure }
      if (!failure || isRecorded(handle, run, entry)) return rowTexts(handle, tables)
      content = handle.serialize()
    } finally {
      handle.close()
    }
  }
}

interface Fault {
  isMade: boolean
  readonly over: (driver: Driver<Database, 'sync'>) => Driver<Database, 'sync'>
}

/** Alternates between before and after the COMMIT of a batch. The first COMMIT of a connection marks the step. */
function faultAt(turn: number): Fault {
  const due = 2 + 2 * Math.floor(turn / 2)
  let commits = 0
  const fault: Fault = {
    isMade: false,
    over: (driver) => ({
      ...driver,
      query(sql, values) {
        const isDue = sql === 'COMMIT' && ++commits === due
        if (isDue && turn % 2 === 0) fail()
        const rows = driver.query(sql, values)
        if (isDue) fail()
        return rows
      },
    }),
  }
  const fail = (): never => {
    fault.isMade = true
    throw fault
  }
  return fault
}

interface Attempt {
  readonly handle: Database
  readonly batchRows: number
  readonly fault: Fault | undefined
  readonly seen: Seen
}

function attempt(
  run: HistoryRun,
  entry: Entry,
  { handle, batchRows, fault, seen }: Attempt,
): SideFailure | null {
  const pass = replayPass(handle, run, 'unheard')
  const driver = pass.env.driver as Driver<Database, 'sync'>
  const noting = notingWalks(fault ? fault.over(driver) : driver, run, seen)
  const env = { ...pass.env, batchRows, driver: noting }
  const isCode = declaredBatches(entry, 'up').some(({ each }) => each)
  const failure = runSide({ ...pass, env }, isCode ? inNewProcess(run, entry, 'up') : entry, 'up')
  for (const text of pass.texts) if (!seen.texts.includes(text)) seen.texts.push(text)
  return failure
}

/** A walk that has processed rows records their number before it continues. */
const notingWalks = (
  driver: Driver<Database, 'sync'>,
  { table }: HistoryRun,
  { walked }: Seen,
): Driver<Database, 'sync'> => ({
  ...driver,
  query(sql, values = []) {
    const [, index, , done] = values
    const isProgress = sql.startsWith(`INSERT INTO main.${quoteIdentifier(`${table}_progress`)} `)
    if (isProgress && Number(done) > 0) walked.add(Number(index))
    return driver.query(sql, values)
  },
})

const isRecorded = (handle: Database, { table }: HistoryRun, { version }: Entry): boolean =>
  handle
    .prepare<[string], unknown>(
      `SELECT 1 FROM ${quoteIdentifier(table)} WHERE version = ? AND started_by IS NULL`,
    )
    .get(versionId(version)) !== undefined
