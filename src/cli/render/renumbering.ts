// Renders what renumbering did, or would do.
import type { Commuting, Mention, RenumberPlan } from '../../../codegen/renumber/renumber.js'
import { renderDifferences } from '../../schema/render-differences.js'
import { versionId } from '../../model/version.js'
import { generatedText, type Generated } from '../generate/generate-each.js'
import type { Applied } from '../generate/refuse-applied.js'
import { blocks, type Style } from '../terminal/style.js'
import { count } from '../terminal/quantities.js'

/** The data to render. */
export interface RenumberReport {
  readonly plan: RenumberPlan
  readonly commuting: Commuting
  /** Null if nothing was generated. */
  readonly generated: Generated | null
  readonly dryRun: boolean
  readonly base: string | undefined
  /** The project's folder. */
  readonly root: string
}

/** Each file with its new name, and those whose imports are adapted. */
export function renderRenumberPlan(
  { renumberings, edits }: Pick<RenumberPlan, 'renumberings' | 'edits'>,
  state: 'planned' | 'done',
  style: Style,
): string[] {
  const moves = renumberings.flatMap((one) => one.moves)
  const arrow = state === 'done' ? style.green('→') : style.dim('→')
  return [
    ...moves.map(({ file, becomes, text }) => {
      const edited = text === null ? '' : style.dim('  and the numbers in it')
      return `${file} ${arrow} ${style.bold(becomes)}${edited}`
    }),
    ...edits.map(({ file }) => `${file}${style.dim('  whose imports follow')}`),
  ]
}

/** The lines that are left to a person. */
function renderMentions(mentions: readonly Mention[] | null, { yellow }: Style): string[] {
  if (mentions === null) return [`${yellow('!')} ${UNSOUGHT}`]
  if (mentions.length === 0) return []
  return [
    `${yellow('!')} The old ${names(mentions)} also occur elsewhere, where you have to change them:`,
    ...[...new Set(mentions.map(({ file }) => file))].flatMap((file) =>
      renderLines(mentions.filter((one) => one.file === file)),
    ),
  ]
}

/** The first lines of one file: a generated one may have any number. */
function renderLines(mentions: readonly Mention[]): string[] {
  const shown = mentions.slice(0, LINES_OF_A_FILE)
  const lines = shown.map(({ file, line, written, becomes }) => {
    const now = becomes === undefined ? '' : `, which is ${becomes} now`
    return `  ${file}:${line}  ${written}${now}`
  })
  const more = mentions.length - shown.length
  return more === 0 ? lines : [...lines, `  ${mentions[0]!.file}  ${count(more, 'more line')}`]
}

const names = (mentions: readonly Mention[]): string =>
  mentions.every(({ becomes }) => becomes !== undefined) ? 'numbers' : 'names'

const LINES_OF_A_FILE = 3

const UNSOUGHT = 'Git could not look for the old names elsewhere: search for them yourself.'

/** Says that a database has applied migrations under the numbers they lose, and what to do about it if they can be read. */
export function renderApplied(
  { applied, first }: Applied,
  { unmerged }: Pick<RenumberPlan, 'unmerged'>,
): string {
  const files = applied.map(({ file, id }) => `${file} (${id})`).join(', ')
  const database = applied[0]?.database ?? ''
  const to = Math.min(...applied.map(({ id }) => Number(id))) - 1
  return (
    `${database} has applied ${files} under the old number, and cannot be migrated further with the new one. ` +
    `Undo it there, ${unmerged.length > 0 ? 'before the files are renamed, or once the other branch is merged as well' : 'once the files are renamed'}, unless it has no down: \`lockstep rollback --to ${to} --db ${database}\`. ${first && `${first} `}Or, if the data may go, rebuild the database afterwards: \`lockstep reset --db ${database}\`.`
  )
}

/** Everything: what moved, what was generated, what the order means, and what to do next. */
export function renderRenumbering(report: RenumberReport, style: Style): string[] {
  const { plan, commuting, generated, dryRun, root } = report
  return blocks(
    renderRenumberPlan(plan, dryRun ? 'planned' : 'done', style),
    generated === null ? [] : generatedText(generated, root, style),
    renderCommuting(commuting, style),
    renderMentions(plan.mentions, style),
    nextStep(report),
  )
}

function nextStep(report: RenumberReport): string[] {
  const { plan, commuting, generated, dryRun, base } = report
  const { renumberings, unmerged } = plan
  const files = count(renumberings.flatMap(({ moves }) => moves).length, 'file')
  if (dryRun) return [`Nothing was renamed; without --dry-run, ${files} would be.`]
  if (unmerged.length > 0) return [renderUnmerged(unmerged, base)]
  if (isBroken(commuting)) return []
  if (generated?.ok === false) return ['Fix that, then run `lockstep gen` and commit the result.']
  return ['Commit the result.']
}

/** What remains to be done while versions of the base branch are missing here. */
export const renderUnmerged = (unmerged: readonly number[], base: string | undefined): string =>
  `${base} has ${unmerged.map(versionId).join(', ')}, which this branch does not have yet: merge or rebase, then run \`lockstep gen\`.`

/** Whether the renumbered migrations cannot follow those of the other branch, so that nothing is ready to commit. */
export const isBroken = (commuting: Commuting): boolean =>
  commuting.kind === 'fails' && commuting.order === 'baseFirst'

function renderCommuting(commuting: Commuting, style: Style): string[] {
  switch (commuting.kind) {
    case 'one-order':
      return []
    case 'same':
      return [renderSame(commuting, style)]
    case 'rows-differ':
      return [
        `${style.yellow('!')} The order matters: both orders produce the same schema, but not the same rows in ${commuting.tables.join(', ')}. Check whether that does harm, for example if both change the same rows, or if something relies on generated ids; a database that has applied the renumbered migrations under their old numbers keeps its own rows.`,
      ]
    case 'differ':
      return [
        `${style.yellow('!')} The order matters: applied before those of the other branch, the renumbered migrations produce a different schema.`,
        ...renderDifferences(commuting.differences).map((line) => `  ${line}`),
        'A database that has applied them under their old numbers must not be migrated further: rebuild it.',
      ]
    case 'fails':
      return [renderFailing(commuting, style)]
    case 'unknown':
      return [
        `${style.yellow('?')} It is not known whether the two branches commute: ${commuting.reason.replace(/\.$/, '')}.`,
      ]
  }
}

/** Claims no more than was tried. */
function renderSame(
  { rows, reason, tried, untried }: Extract<Commuting, { kind: 'same' }>,
  { green, yellow }: Style,
): string {
  const schema = 'applied in either order, they produce the same schema'
  if (rows === 'unknown')
    return `${yellow('?')} The two branches commute in the schema: ${schema}. It is not known whether they produce the same rows: ${(reason ?? '').replace(/\.$/, '')}.`
  const others = [
    tried.length > 0 ? `with rows in ${tried.join(', ')}` : 'with only their own rows',
    ...(untried.length > 0 ? [`without any in ${untried.join(', ')}`] : []),
  ]
  return `${green('✓')} The two branches commute: ${schema} and the same rows. This was tried ${others.join(', and ')}.`
}

const renderFailing = (
  { order, reason }: Extract<Commuting, { kind: 'fails' }>,
  { red, yellow }: Style,
): string =>
  order === 'baseFirst'
    ? `${red('✗')} The renumbered migrations cannot be applied after those of the other branch: ${reason}. Fix them; \`lockstep check\` shows where.`
    : `${yellow('!')} The order matters: the other branch's migrations cannot be applied after the renumbered ones (${reason}), only before them.`
