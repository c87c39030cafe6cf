// Describes needs between histories with the names and commands of the configuration, if it knows them. Pure.
import type { Needing } from '../../errors/needs.js'
import {
  APPLY_FIRST,
  END_FIRST,
  parseNeed,
  TAKE_OVER_FIRST,
  toldNeed,
  UNDO_FIRST,
  type Need,
} from '../../model/needs.js'
import type { Problem } from '../../model/report.js'
import { versionId } from '../../model/version.js'
import { isSameName } from '../../sql/names.js'
import type { Settings } from '../settings/settings.js'

interface Known extends Pick<Settings, 'histories'> {
  /** Set if all histories may be migrated as well. */
  readonly orAll?: boolean
}

/** A need of a registry: `core:003`, with the configuration's name for the history. */
export function namedNeed(text: string, known: Known): string {
  const need = parseNeed(text)
  const name = need && nameOf(need.ledger, known)
  return name === undefined ? toldNeed(text) : `${name}:${need!.id}`
}

/** A problem between histories with the commands that settle it; any other unchanged. */
export function withCommands<P extends Pick<Problem, 'code' | 'message' | 'fix' | 'facts'>>(
  problem: P,
  known: Known & Pick<Settings, 'name'>,
): P {
  const { missing = [], needing = [] } = (problem.facts ?? {}) as Facts
  if (problem.code === 'NEEDS_UNMET') return applying(problem, missing, known)
  return problem.code === 'NEEDED_ELSEWHERE' ? undoing(problem, needing, known) : problem
}

interface Facts {
  readonly missing?: readonly string[]
  readonly needing?: readonly Needing[]
}

function applying<P extends Pick<Problem, 'message' | 'fix'>>(
  problem: P,
  missing: readonly string[],
  known: Known & Pick<Settings, 'name'>,
): P {
  const needs = missing.flatMap((text) => parseNeed(text) ?? [])
  const way = wayOf('migrate', highest(needs), known)
  const names = new Set(needs.flatMap(({ ledger }) => nameOf(ledger, known) ?? ledger))
  const first =
    way === null
      ? `Migrate ${[...names].join(' and ')} first, with its own code or configuration.`
      : isAskedFor(known) || !way.isWhole
        ? `Apply what is needed first: ${way.text}${way.isWhole && known.orAll && !isMain(known) ? ALL : ''}.`
        : 'Migrate without `--name`: that applies all histories, each after what it needs.'
  let { message } = problem
  for (const text of missing) message = message.replace(toldNeed(text), namedNeed(text, known))
  const adopting = [...names].map((name) => `\`lockstep adopt --name ${name}\``).join(', ')
  const fix = problem.fix.replace(APPLY_FIRST, () => first)
  return {
    ...problem,
    message,
    fix:
      way?.isWhole === true
        ? fix.replace(
            TAKE_OVER_FIRST,
            () => `If the database already has it, adopt it first: ${adopting}.`,
          )
        : fix,
  }
}

/** The other history may have further needs. */
const ALL = '; or migrate without `--to`, which applies all histories, each after what it needs'

/** Whether a command without `--name` is about one history, the one called `main`. */
const isMain = ({ histories = {} }: Known): boolean => 'main' in histories

const isAskedFor = (known: Known & Pick<Settings, 'name'>): boolean =>
  known.name === null || known.name === 'main' || isMain(known)

function undoing<P extends Pick<Problem, 'fix'>>(
  problem: P,
  needing: readonly Needing[],
  known: Known,
): P {
  const lowest = new Map<string, number>()
  // The later ones may need the earlier ones.
  for (const { ledger, by } of needing.toReversed())
    lowest.set(ledger, Math.min(Number(by) - 1, lowest.get(ledger) ?? Infinity))
  const way = wayOf('rollback', lowest, known)
  if (way === null) return problem
  const first = `First undo what needs it: ${way.text}.`
  const ends = needing.flatMap(({ ledger, by, isPart }) => {
    const name = nameOf(ledger, known)
    if (!isPart) return []
    if (!isCommanded(ledger, known)) return [END_FIRST]
    return [
      `Finish ${by} of ${name} with \`lockstep migrate --name ${name}\`, or undo by hand what it has done, and run \`lockstep mark ${by} --pending --name ${name}\`.`,
    ]
  })
  const fix = problem.fix
    .replace(UNDO_FIRST, () => first)
    .replace(END_FIRST, () => [...new Set(ends)].join(' '))
  return { ...problem, fix }
}

function highest(needs: readonly Need[]): Map<string, number> {
  const versions = new Map<string, number>()
  for (const { ledger, id } of needs)
    versions.set(ledger, Math.max(Number(id), versions.get(ledger) ?? 0))
  return versions
}

/** The commands for these, and which of them have none here; null if `--name` can select none of them. */
function wayOf(
  command: string,
  versions: ReadonlyMap<string, number>,
  known: Known,
): { readonly text: string; readonly isWhole: boolean } | null {
  const all = [...versions].map(([ledger, version]) => {
    const name = nameOf(ledger, known) ?? ledger
    return { isOwn: isCommanded(ledger, known), name, id: versionId(version) }
  })
  const own = all.filter(({ isOwn }) => isOwn)
  const others = all.filter(({ isOwn }) => !isOwn).map(({ name, id }) => `${name} to ${id}`)
  if (own.length === 0) return null
  const commands = own.map(({ name, id }) => `\`lockstep ${command} --to ${name}:${id}\``)
  const more =
    others.length > 0 ? `, and with its own code or configuration ${others.join(', ')}` : ''
  return { text: `${commands.join(', ')}${more}`, isWhole: others.length === 0 }
}

/** Whether `--name` can select a history. */
const isCommanded = (ledger: string, known: Known): boolean => {
  const name = nameOf(ledger, known)
  return name !== undefined && known.histories?.[name]?.out !== undefined
}

/** The configuration's name for the history of a ledger; undefined if unknown. */
export const nameOf = (ledger: string, { histories = {} }: Known): string | undefined =>
  Object.entries(histories).find(([, { table }]) => isSameName(table, ledger))?.[0]
