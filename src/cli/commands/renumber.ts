// `lockstep renumber`: gives new migrations whose numbers are taken the next free ones, then generates.
import type { Commuting, RenumberPlan } from '../../../codegen/renumber/renumber.js'
import { renumberUnconfirmed } from '../../errors/renumber.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { type CommandResult, type CommandRun, type Invocation, EXIT } from '../command/command.js'
import { confirm } from '../terminal/confirm.js'
import { RECOVERED } from '../generate/end-renumbering.js'
import { generatedText, generateEach, type Generated } from '../generate/generate-each.js'
import {
  findApplied,
  refuseApplied,
  type AdviceOf,
  type AppliedBefore,
} from '../generate/refuse-applied.js'
import { withCommands } from '../render/named-needs.js'
import { describeError } from '../terminal/describe-error.js'
import {
  isBroken,
  renderApplied,
  renderRenumbering,
  renderRenumberPlan,
  renderUnmerged,
} from '../render/renumbering.js'
import { buildSettings } from '../settings/build-settings.js'
import { loadSettings } from '../settings/load-settings.js'
import type { Settings } from '../settings/settings.js'
import { tellSettings } from '../settings/tell-settings.js'

/**
 * Exits with 1 if the renumbered migrations cannot be applied after those of the other branch, or if the registry cannot be
 * generated afterwards, unless the base branch has to be merged first.
 */
export const run: CommandRun = async (invocation) => {
  const { base, dryRun = false } = invocation.flags
  const settings = await loadSettings(invocation)
  tellSettings(settings, invocation.terminal)
  const { concludeMoves, prepareRenumber, recoverMoves, refuseRunning } =
    await import('../../../codegen/renumber/renumber.js')
  const recovered = dryRun ? null : await recoverMoves(settings.migrations)
  if (recovered) invocation.terminal.say(RECOVERED[recovered])
  const { beyondReading } = await import('../../../codegen/beyond-reading.js')
  const plan = await prepareRenumber(buildSettings(settings), base, beyondReading)
  const { renumberings } = plan
  if (renumberings.length === 0) {
    if (!dryRun) refuseRunning(settings.migrations)
    const isOpen = recovered === 'finished' || recovered === 'moved'
    const generated = isOpen ? await generateAfter(plan, settings) : null
    if (isOpen && isOver(generated)) await concludeMoves(settings.migrations)
    return nothingToDo(plan, { base, generated, settings })
  }
  await refuseApplied(plan, invocation, adviceOf)
  const found = await findApplied(plan, invocation, adviceOf)
  const { applied } = found
  if (applied.length > 0)
    invocation.terminal.say(...invocation.terminal.style.wrap(renderApplied(found, plan)))
  if (!dryRun) await confirmPlan(plan, invocation)
  const commuting = await plan.tryBothOrders()
  const generated = dryRun ? null : await carryOut(plan, settings)
  if (!dryRun && isOver(generated)) await concludeMoves(settings.migrations)
  return answer({ plan, commuting, applied, generated, dryRun, settings, base })
}

const adviceOf: AdviceOf = (error, settings) => withCommands(describeError(error), settings).fix

/** What could not be generated is left to the next run. */
const isOver = (generated: Generated | null): boolean => generated?.ok ?? true

async function carryOut(plan: RenumberPlan, settings: Settings): Promise<Generated | null> {
  await plan.carryOut()
  return generateAfter(plan, settings)
}

/** Without the base branch's own migrations there would be a gap, so generating waits for the merge. */
const generateAfter = async (
  { unmerged }: RenumberPlan,
  settings: Settings,
): Promise<Generated | null> => (unmerged.length > 0 ? null : generateEach([settings], 'write'))

async function confirmPlan(plan: RenumberPlan, { terminal, flags }: Invocation): Promise<void> {
  if (flags.yes) return
  if (!terminal.interactive) {
    const reason = 'there is no terminal to ask on, and --yes was not given'
    throw new LockstepError(renumberUnconfirmed(reason))
  }
  terminal.say(...renderRenumberPlan(plan, 'planned', terminal.style))
  if (!(await confirm('Rename these files?')))
    throw new LockstepError(renumberUnconfirmed('you declined'))
}

function nothingToDo(
  { unmerged }: RenumberPlan,
  { base, generated, settings: { root } }: Pick<Renumbered, 'base' | 'generated' | 'settings'>,
): CommandResult {
  const said =
    base === undefined
      ? 'No two migrations have the same number; nothing to renumber.'
      : `Every migration of this branch comes after those of ${base}; nothing to renumber.`
  const ok = isOver(generated)
  return {
    exitCode: ok ? EXIT.done : EXIT.failed,
    json: {
      moves: [],
      edits: [],
      mentions: [],
      dryRun: false,
      unmerged,
      applied: [],
      commuting: null,
      generated,
    },
    text: (style) => [
      said,
      ...(unmerged.length > 0 ? [renderUnmerged(unmerged, base)] : []),
      ...(generated ? generatedText(generated, root, style) : []),
    ],
    stream: ok ? 'stdout' : 'stderr',
  }
}

interface Renumbered {
  readonly plan: RenumberPlan
  readonly commuting: Commuting
  /** What the project's own database has applied under the old numbers. */
  readonly applied: readonly AppliedBefore[]
  /** Null in a dry run, and if the base branch has to be merged first. */
  readonly generated: Generated | null
  readonly dryRun: boolean
  readonly settings: Settings
  readonly base: string | undefined
}

function answer(done: Renumbered): CommandResult {
  const { plan, commuting, applied, generated, dryRun, settings, base } = done
  const { renumberings, edits, mentions, unmerged } = plan
  const moves = renumberings.flatMap(({ from, becomes, moves }) =>
    moves.map((move) => ({ from: move.file, to: move.becomes, version: { from, to: becomes } })),
  )
  const ok = isOver(generated) && !isBroken(commuting)
  return {
    exitCode: ok ? EXIT.done : EXIT.failed,
    json: {
      moves,
      edits: edits.map(({ file }) => file),
      mentions: mentions ?? [],
      ...(mentions === null && { mentionsSought: false }),
      dryRun,
      unmerged,
      applied,
      commuting,
      generated,
    },
    text: (style) =>
      renderRenumbering({ plan, commuting, generated, dryRun, base, root: settings.root }, style),
    stream: ok ? 'stdout' : 'stderr',
  }
}
