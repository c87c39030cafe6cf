// Adds to problems about migrations that the code lacks where these come from, and the way back there. Pure.
import type { Sighting } from '../../../codegen/base-branch/find-applied.js'
import type { AppliedMigration, Problem } from '../../model/report.js'
import { undoByHand } from '../../model/told-step.js'
import { versionId } from '../../model/version.js'
import { RESET } from '../../plan/way-to-code.js'
import { namesOf, shortName, type Origins } from '../render/origins.js'

/** The codes of problems about migrations that the code lacks or has in another form. */
const CODES: ReadonlySet<string> = new Set([
  'HISTORY_ANOTHER',
  'HISTORY_EDITED',
  'HISTORY_RENUMBERED',
  'DATABASE_AHEAD',
])

/** The versions that a problem is about, if it concerns a migration that the code lacks; otherwise none. */
export function versionsOf({ code, facts }: Pick<Problem, 'code' | 'facts'>): readonly number[] {
  if (!CODES.has(code)) return []
  const { version, versions } = (facts ?? {}) as { version?: number; versions?: readonly number[] }
  return versions ?? (version === undefined ? [] : [version])
}

/** Whether a rollback may settle a problem. */
export const isUndone = ({ code }: Pick<Problem, 'code'>): boolean =>
  code === 'HISTORY_ANOTHER' || code === 'DATABASE_AHEAD'

/** What a problem and an error have in common. */
type Told = Pick<Problem, 'code' | 'message' | 'fix' | 'facts'>

/**
 * Problems with what is known about their migrations, and how to go back: to before the lowest of them, since nothing is applied
 * on top of what is left.
 */
export function withOrigins<T extends Told>(
  problems: readonly T[],
  origins: Origins,
  applied: readonly AppliedMigration[],
): T[] {
  const undoing = undoingOf(Math.min(...problems.flatMap(versionsOf)), applied, origins)
  const sightings = sharedFirst(origins)
  return problems.map((told) => withOrigin(told, { sightings, undoing, applied }))
}

/** If some refs have all migrations looked for, they come first: going there settles everything at once. */
function sharedFirst({ sightings: origins }: Origins): Origins['sightings'] {
  const all = [...origins.values()]
  const isShared = (ref: string): boolean => all.every(({ refs }) => refs.includes(ref))
  return new Map(
    [...origins].map(([version, { refs, ...sighting }]) => [
      version,
      { ...sighting, refs: [...refs.filter(isShared), ...refs.filter((ref) => !isShared(ref))] },
    ]),
  )
}

interface Known {
  readonly sightings: Origins['sightings']
  readonly undoing: Undoing
  readonly applied: readonly AppliedMigration[]
}

function withOrigin<T extends Told>(told: T, { sightings, undoing, applied }: Known): T {
  const versions = versionsOf(told)
  if (versions.length === 0) return told
  const seen = versions.flatMap((version) => {
    const sighting = sightings.get(version)
    return sighting ? [{ version, sighting }] : []
  })
  const [first] = seen
  if (!first) return { ...told, fix: withUndoing(told, undoing) }
  const isMany = told.code === 'DATABASE_AHEAD'
  const names = new Map(applied.map(({ version, name }) => [version, name]))
  const said = seen.map(({ version, sighting }) =>
    sentence(isMany ? `${versionId(version)} (${names.get(version)})` : 'It', sighting, told),
  )
  const [head, ...rest] = told.message.split('\n')
  return {
    ...told,
    message: [[head, ...new Set(said)].join(' '), ...rest].join('\n'),
    fix: wayBack(told, first.sighting, undoing),
    facts: { ...told.facts, origins: Object.fromEntries(sightings) },
  }
}

/** How a migration and those applied on top of it are undone; or which of them cannot be. */
function undoingOf(
  lowest: number,
  applied: readonly AppliedMigration[],
  { lost }: Origins,
): Undoing {
  const above = applied.filter(({ version }) => version >= lowest)
  return {
    command: `\`lockstep rollback --to ${lowest - 1}\``,
    kept: above.filter(({ reversible }) => !reversible).map(({ id }) => id),
    lost: above.filter(({ version }) => lost.has(version)),
  }
}

interface Undoing {
  readonly command: string
  /** The ids of those that have no `down`. */
  readonly kept: readonly string[]
  /** Those whose `down` is no longer known anywhere. */
  readonly lost: readonly AppliedMigration[]
}

/** A migration on no other branch may have been deleted since it was applied. */
function withUndoing({ code, fix, facts }: Told, { command, kept, lost }: Undoing): string {
  if (code === 'HISTORY_ANOTHER' && kept.length === 0 && lost.length > 0)
    return `Go back to the code that has ${String(facts?.['name'])}: ${isLost(lost)}`
  if (code !== 'DATABASE_AHEAD') return fix
  if (kept.length === 0 && lost.length > 0)
    return `${fix} If it was deleted here, restore its file: ${isLost(lost)}`
  return kept.length > 0
    ? `${fix} If it was deleted here, restore its file: ${cannotBeUndone(kept)}.`
    : `${fix} If it was deleted here, undo it with ${command}.`
}

const cannotBeUndone = (kept: readonly string[]): string =>
  `${kept.join(', ')} ${kept.length > 1 ? 'have' : 'has'} no down; to get back before ${kept.length > 1 ? 'them' : 'it'}, use ${RESET}`

/** Going back restores the file, and with it the `down`. */
const isLost = (lost: readonly AppliedMigration[]): string =>
  `no usable record and no commit of this clone has the down of ${lost.map(({ id, name }) => `${id} (${name})`).join(', ')}, so \`lockstep rollback\` cannot undo it. On a development database, ${undoByHand(lost.at(-1)?.version ?? 0)}.`

function sentence(what: string, sighting: Sighting, { code }: Told): string {
  const { refs, proven } = sighting
  if (refs[0] === 'HEAD' && proven) {
    return `${what} is in the last commit here as it was applied: what has changed since is not committed.`
  }
  const names = namesOf(sighting)
  if (!proven) return `A file of that number and name is in ${names}.`
  if (code === 'HISTORY_EDITED' && refs.length > 0)
    return `It was applied as it is in ${names}: it may be another migration of the same name.`
  return refs.length > 0 ? `${what} comes from ${names}.` : `${what} comes from the older ${names}.`
}

function wayBack(told: Told, sighting: Sighting, undoing: Undoing): string {
  const { code, fix } = told
  const { refs } = sighting
  if (refs[0] === 'HEAD' && code === 'DATABASE_AHEAD')
    return `${RESTORE} ${withUndoing(told, undoing)}`
  if (refs[0] === 'HEAD' || code === 'HISTORY_RENUMBERED') return withUndoing(told, undoing)
  const back = switchTo(sighting)
  if (code === 'HISTORY_EDITED')
    return `To continue with it as it was applied: ${back}. If it is the same migration and was edited here, do this instead. ${fix}`
  const base = plain(refs[0])
  const both =
    base === null
      ? 'bring both into one branch and renumber the new one with `lockstep renumber`'
      : `merge that branch and renumber the new one with \`lockstep renumber --base ${base}\``
  const { kept, lost } = undoing
  const undone =
    kept.length > 0
      ? `Go back to the code that has it (${back}): ${cannotBeUndone(kept)}.`
      : lost.length > 0
        ? `Go back to the code that has it (${back}): ${isLost(lost)}`
        : `Go back to the code that has it (${back}), or undo it with ${undoing.command}, then apply what this branch has.`
  return code === 'DATABASE_AHEAD' ? undone : `${undone} If both are to stay, ${both}.`
}

const RESTORE =
  '`git status` names files that were deleted without a commit: restore them with `git restore <file>`, then run `lockstep gen`.'

function switchTo({ refs: [ref = ''], checkedOut = [], commit }: Sighting): string {
  const name = plain(ref)
  const [, stash] = /^stash@\{(\d+)\}$/.exec(ref) ?? []
  if (stash !== undefined) return `\`git stash pop${stash === '0' ? '' : ` ${stash}`}\``
  // A branch can be checked out in only one working tree; elsewhere its commit can.
  const detached = checkedOut.includes(ref) ? '--detach ' : ''
  if (ref.startsWith('refs/heads/') && name !== null) return `\`git switch ${detached}${name}\``
  // Git creates the branch from the only remote that has it.
  if (ref.startsWith('refs/remotes/') && name !== null)
    return `\`git switch ${name.replace(/^[^/]*\//, '')}\``
  return `\`git switch --detach ${commit.slice(0, 12)}\``
}

/** The short name, if a shell and git read it as one word that is no option; otherwise null. */
function plain(ref = ''): string | null {
  const name = shortName(ref)
  return /^\w[\w./+@=,#-]*$/.test(name) ? name : null
}
