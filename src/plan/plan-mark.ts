// Plans marking one version as applied or pending, only if that leaves a consistent ledger. Pure.
import { ledgerForeign } from '../errors/ledger.js'
import { LockstepError } from '../errors/lockstep-error.js'
import { markRefused } from '../errors/recovery.js'
import { optionInvalid, targetUnknown } from '../errors/usage.js'
import type { LedgerRow, LedgerState } from '../model/ledger.js'
import type { Marking, MarkOptions } from '../model/recovery.js'
import type { Registry, RegistryEntry } from '../model/registry.js'
import type { Problem } from '../model/report.js'
import { settleElsewhere } from '../model/told-step.js'
import { versionId } from '../model/version.js'
import { compare, DRIFTED, isBegun, mayBeRunning, ownerOf } from './compare.js'
import { withReason, type LedgerEdit } from './ledger-edit.js'
import { comesFirst, refuseFirst } from './plan.js'

/** What to mark, in a ledger of this name. */
export interface MarkRequest extends Pick<MarkOptions, 'as' | 'force' | 'reason'> {
  readonly version: number
  readonly table: string
}

/**
 * As applied: the lowest pending version, or a row that was interrupted or written by hand. As pending: the highest row. Throws
 * `MARK_REFUSED` for others and in an empty database, `TARGET_UNKNOWN`, and for other problems of the ledger.
 */
export function planMark<H>(
  registry: Registry<H>,
  state: LedgerState,
  request: MarkRequest,
): LedgerEdit<H, Marking> {
  const rows = markableRows(state, request)
  const from = rows.at(-1)?.version ?? 0
  const edit =
    request.as === 'applied'
      ? applying(applicable(registry, rows, request.version), from)
      : forgetting(forgettable(rows, request.version), rows.at(-2)?.version ?? 0)
  const { version, as } = request
  const { name } = edit.subject
  const createsLedger = state.kind === 'absent'
  const id = versionId(version)
  const row = rows.find((row) => row.version === version)
  return {
    ...edit,
    action: 'mark',
    answer: {
      version,
      id,
      name,
      as,
      from,
      to: edit.version,
      createsLedger,
      mayBeRunning: row !== undefined && mayBeRunning(row),
      owner: row ? ownerOf(row) : null,
    },
    renames: null,
    createsLedger,
    log: [{ migration: { version, name }, detail: detailOf(request, row) }],
  }
}

/** The detail for the log: for a forgotten version it includes what was applied, as another may be marked in its place. */
function detailOf({ as, force, reason }: MarkRequest, row: LedgerRow | undefined): string {
  const isKnown = row?.startedBy === null && row.checksum !== null
  const was = isKnown ? ` (checksum ${row.checksum})` : ''
  return withReason(`as ${as}${force === true ? ', by force' : ''}${was}`, reason)
}

function markableRows(
  state: LedgerState,
  { version, as, table }: MarkRequest,
): readonly LedgerRow[] {
  if (!['applied', 'pending'].includes(as))
    throw new LockstepError(optionInvalid('as', as, "'applied' or 'pending'"))
  if (state.kind === 'foreign') throw new LockstepError(ledgerForeign(table, state.columns))
  if (state.kind === 'ours') return state.rows
  if (state.unmanaged || state.others) return []
  const fix = 'Check that this is the right database. To fill an empty one, run `lockstep migrate`.'
  throw refusal(version, as, 'the database is empty', fix)
}

/** What differs between the two ways of marking; `version` is the highest applied one afterwards. */
type Difference<H> = Pick<LedgerEdit<H, Marking>, 'written' | 'removed' | 'version'> & {
  readonly subject: { readonly name: string }
}

const applying = <H>(entry: RegistryEntry<H>, from: number): Difference<H> => ({
  subject: entry,
  written: [{ entry, appliedAt: null }],
  removed: [],
  version: Math.max(from, entry.version),
})

const forgetting = <H>(row: LedgerRow, below: number): Difference<H> => ({
  subject: row,
  written: [],
  removed: [row.version],
  version: below,
})

function applicable<H>(
  registry: Registry<H>,
  rows: readonly LedgerRow[],
  version: number,
): RegistryEntry<H> {
  const entry = registry[version - 1]
  const row = rows.find((row) => row.version === version)
  if (!entry && !row) throw new LockstepError(targetUnknown(version, registry.length))
  if (row && row.startedBy === null && row.lineage !== null) {
    const fix =
      'Run `lockstep status`. If only the checksum differs, accept it with `lockstep repair`.'
    throw refusal(version, 'applied', 'the ledger already has it as applied', fix)
  }
  if (!entry || (row && row.startedBy !== null && !isBegun(row, entry)))
    throw refusal(version, 'applied', 'the code does not have it', settleElsewhere(version))
  const next = rows.findIndex((row, index) => row.version !== index + 1)
  const lowest = (next < 0 ? rows.length : next) + 1
  if (!row && version !== lowest) {
    refuseOthers(registry, rows, lowest)
    const id = versionId(lowest)
    const fix = `Mark ${id} first, if it was applied: \`lockstep mark ${id} --applied\`.`
    throw refusal(version, 'applied', `${id} below it is pending`, fix)
  }
  const isSound = refuseOthers(registry, rows, version)
  return isSound ? entry : { ...entry, lineage: `${entry.lineage}${DRIFTED}` }
}

function forgettable(rows: readonly LedgerRow[], version: number): LedgerRow {
  const last = rows.at(-1)
  if (last?.version === version) return last
  if (!last || !rows.some((row) => row.version === version)) {
    const reason = 'the ledger does not have it as applied'
    throw refusal(version, 'pending', reason, 'Run `lockstep status`.')
  }
  const id = versionId(last.version)
  throw refusal(
    version,
    'pending',
    `later migrations are applied, up to ${id}`,
    `Mark ${id} first: \`lockstep mark ${id} --pending\`.`,
  )
}

const refusal = (...parts: Parameters<typeof markRefused>): LockstepError =>
  new LockstepError(markRefused(...parts))

/**
 * Other problems than that of the marked version would remain, and a version marked as applied on top would hide them. Only those
 * that block everything else may be settled anyway; returns whether everything below is sound then.
 */
function refuseOthers<H>(
  registry: Registry<H>,
  rows: readonly LedgerRow[],
  version: number,
): boolean {
  const problems = compare(registry, rows).findings.filter(({ severity }) => severity === 'error')
  const others = problems.filter((problem) => !isSettled(problem, version))
  const settled = problems.filter((problem) => isSettled(problem, version))
  if (!settled.some(comesFirst)) refuseFirst(others)
  return !others.some(({ facts }) => Number(facts?.['version']) < version)
}

/** Whether marking as applied settles a finding: one about the version itself, or about the gap that begins there. */
const isSettled = ({ code, facts }: Problem, version: number): boolean =>
  facts?.[code === 'HISTORY_GAP' ? 'from' : 'version'] === version
