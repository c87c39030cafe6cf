// Renders the result of verifying. Pure.
import type { Problem } from '../../model/report.js'
import type { Verification } from '../../model/verification.js'
import { versionId } from '../../model/version.js'
import { renderDifferences } from '../../schema/render-differences.js'
import { blocks, columns, type Style } from '../terminal/style.js'
import { count } from '../terminal/quantities.js'
import { renderProblem } from './status.js'

/** A verification with its database. */
export interface ShownVerification {
  readonly database: string
  readonly exists: boolean
  readonly verification: Verification
  /** The names of the databases attached to it. */
  readonly attached: readonly string[]
}

/** A line for the database, one for each area that was checked, the problems, and the differences object by object. */
export function renderVerification(shown: ShownVerification, style: Style): string[] {
  const { verification } = shown
  const { problems, differences } = verification
  return blocks(
    [headline(shown, style)],
    shown.exists ? columns(areas(shown, style)) : [],
    ...problems.map((problem) => renderProblem(problem, style)),
    differences.some(({ details }) => details.length > 0)
      ? ['Expected → found:', ...renderDifferences(differences).map((line) => `  ${line}`)]
      : [],
    foreignNote(verification, style),
  )
}

function headline({ database, verification }: ShownVerification, style: Style): string {
  const { ok, problems, version, latest } = verification
  const errors = problems.filter(({ severity }) => severity === 'error').length
  const isEmpty = version === 0 && latest > 0
  const fine = isEmpty ? style.yellow('nothing is applied') : style.green('as it should be')
  const state = ok ? fine : style.red(count(errors, 'problem'))
  return `${style.bold(database)}  ${state}  ${style.dim(`version ${versionId(version)} of ${versionId(latest)}`)}`
}

/** The checked areas: the codes of their problems, and the text if there are none. */
function areas({ verification, attached }: ShownVerification, style: Style): string[][] {
  const { problems, comparedWith, unchecked } = verification
  const area = (title: string, codes: RegExp, fine: string): string[] =>
    row(
      title,
      problems.filter(({ code }) => codes.test(code)),
      fine,
      style,
    )
  return [
    area('ledger', /^(?:HISTORY|LEDGER|DATABASE|REGISTRY)_/, 'agrees with the code'),
    comparedWith === null && !problems.some(isUnreplayed)
      ? [style.yellow('–'), 'schema', style.dim('not compared')]
      : row(
          'schema',
          problems.filter((one) => one.code === 'SCHEMA_DIFFERS' || isUnreplayed(one)),
          schemaNote(verification),
          style,
        ),
    area('views and triggers', /^SCHEMA_BROKEN$/, 'all compile'),
    area('file', /^INTEGRITY_/, 'sound'),
    area('foreign keys', /^FOREIGN_KEY_/, 'every row has its parent'),
    ...leftOut('full-text indexes', unchecked.map(nameOf), style),
    ...leftOut('attached databases', attached, style),
  ]
}

/** Whether the schema could not be compared because the replay failed. */
const isUnreplayed = ({ code, severity }: Problem): boolean =>
  code === 'REPLAY_FAILED' && severity === 'error'

const leftOut = (title: string, names: readonly string[], style: Style): string[][] =>
  names.length > 0
    ? [[style.yellow('–'), title, style.dim(`not checked: ${names.join(', ')}`)]]
    : []

const nameOf = (object: string): string => object.slice(object.indexOf(' ') + 1)

function row(title: string, problems: readonly Problem[], fine: string, style: Style): string[] {
  const errors = problems.filter(({ severity }) => severity === 'error').length
  const warnings = problems.length - errors
  if (errors === 0 && warnings === 0) return [style.green('✓'), title, style.dim(fine)]
  const said = [
    ...(errors > 0 ? [style.red(count(errors, 'problem'))] : []),
    ...(warnings > 0 ? [style.yellow(count(warnings, 'warning'))] : []),
  ].join(', ')
  return [errors > 0 ? style.red('✗') : style.yellow('!'), title, said]
}

function schemaNote({ compared, version, differences, comparedWith }: Verification): string {
  const spelled = differences.length > 0 ? `, ${differences.length} written differently` : ''
  const by = comparedWith === 'digests' ? ', by their digests' : ''
  return `${count(compared, 'object')} as version ${versionId(version)} leads to${spelled}${by}`
}

function foreignNote({ foreign }: Verification, style: Style): string[] {
  if (foreign.length === 0) return []
  const shown = foreign.length > style.foldFrom ? [...foreign.slice(0, 10), '…'] : foreign
  return [
    style.dim(
      `Not part of these migrations, and left alone: ${count(foreign.length, 'object')} (${shown.join(', ')}).`,
    ),
  ]
}
