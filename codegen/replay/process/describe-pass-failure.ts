// Turns what kept the migrations from being replayed into a diagnostic at its place in the project.
import { rangeText, versionsLeft } from '../../diagnostics/versions-left.js'
import { fileStart } from '../../diagnostics/problem.js'
import { stepPosition } from '../../check/subject/place.js'
import { projectPath } from '../../project/project-path.js'
import type { Diagnostic, Position } from '../../model/diagnostic.js'
import { stackPlaces } from '../../project/stack-places.js'
import type { RegistryItem } from '../../model/registry-item.js'
import type { GenerateSettings } from '../../model/settings.js'
import { needsUnbuilt } from './needs-problems.js'
import * as problems from './replay-problems.js'
import type { PassFailure } from './run-pass.js'

/** The diagnostic for a failure that is not a defect of Lockstep. */
export function describePassFailure(
  failure: PassFailure,
  items: readonly RegistryItem[],
  settings: GenerateSettings,
): Diagnostic {
  const place = placeOf(failure.at, items, settings)
  const ended = { at: place, standing: failure.at, later: laterThan(failure.at, items) }
  switch (failure.kind) {
    case 'died':
      return problems.replayProcessDied(ended, failure.reason)
    case 'timed-out':
      return problems.replayTimedOut(ended, settings.replayTimeoutMs)
    case 'load':
      return problems.replayLoadFailed(
        thrownPlace(failure.stack, settings) ?? place,
        withoutRequirers(failure.message),
      )
    case 'rejected':
      return problems.replayRejectionUnhandled(
        thrownPlace(failure.stack, settings) ??
          (failure.step
            ? placeOf(failure.step, items, settings)
            : fileStart(projectPath(settings.root, settings.migrations))),
        failure.step ?? null,
        failure.message,
      )
    case 'open':
      return problems.replayOpenFailed(configPlace(settings), failure.message)
    case 'client':
      return problems.replayClientMissing(fileStart('package.json'), failure.message)
    case 'needed':
      return needsUnbuilt(neededPlace(failure.message, items) ?? place, failure.message)
    case 'aborted':
    case 'defect':
      throw new TypeError(`A replay that was ${failure.kind} is no finding about the project.`)
  }
}

/** The first need of the history that the message starts with; if only another needed history requires that one, the first need of all. */
function neededPlace(reason: string, items: readonly RegistryItem[]): Position | undefined {
  const needs = items.flatMap(({ migration }) => migration.needs ?? [])
  const found = needs.find(({ value }) => reason.startsWith(`${value.history}:`)) ?? needs[0]
  return found?.position
}

/** What remains unproven because of it. If it ended with rows, all versions were tried on empty tables. */
function laterThan(standing: PassFailure['at'], items: readonly RegistryItem[]): string {
  const last = items.at(-1)?.migration.version ?? 0
  if (standing === null) return ''
  const { version: from, rows } = standing
  return rows
    ? ` How rows fare in ${rangeText({ from, to: last })} is not proven yet.`
    : versionsLeft(from, last)
}

/** Node appends the modules that required a missing one, which here is only the bundle. */
const withoutRequirers = (message: string): string => message.replace(/\nRequire stack:[^]*$/, '')

/** The statement or side that was running; before the first, the start of the history. */
function placeOf(
  at: PassFailure['at'],
  items: readonly RegistryItem[],
  { root, migrations }: GenerateSettings,
): Position {
  const { migration } = items.find((item) => item.migration.version === at?.version) ?? {}
  if (!migration || !at)
    return items[0]?.migration.position ?? fileStart(projectPath(root, migrations))
  const { script, offset } = at.statement ?? { script: null, offset: null }
  return stepPosition({ direction: at.direction, script, offset, frame: null }, migration, root)
}

const configPlace = ({ root, config }: GenerateSettings): Position =>
  fileStart(config === null ? 'package.json' : projectPath(root, config.file))

/** The first line of a stack that is in the project. */
function thrownPlace(stack: string, { root }: GenerateSettings): Position | null {
  const places = stackPlaces(stack).map((place) => ({
    ...place,
    file: projectPath(root, place.file),
  }))
  return (
    places.find(({ file }) => !file.startsWith('..') && !file.includes('node_modules/')) ?? null
  )
}
