// Runs every rule over what was read, and over what the replay found, without executing anything.
import type { Proof } from '../model/evidence.js'
import type { Diagnostic, Position, Severity } from '../model/diagnostic.js'
import type { Reading } from '../model/migration.js'
import type { GenerateSettings } from '../model/settings.js'
import { applySuppressions, type Suppressed } from './subject/apply-suppressions.js'
import { compareDiagnostics } from '../diagnostics/compare-diagnostics.js'
import { severityOf } from '../diagnostics/severity-of.js'
import type { Finding, Rule, Subject } from './subject/rule.js'
import { adviceInSql } from './source/write-option.js'
import { applyRule } from './apply-rule.js'
import { obstaclesIn, wayPast, type Way } from './obstacles.js'
import { declaredPlace } from './subject/declared-place.js'
import { adviceInDerived } from './wording/advice-in-derived.js'
import { acknowledgedReturns } from './acknowledged-returns.js'
import { asSettled, ownerOf, sortReleased } from './released.js'
import { rules } from './rules.js'
import { lacksRows } from './subject/align-proof.js'
import { subjectOf, withProof } from './subject/subject.js'

/** The findings of the static rules, and the continuation with what the replay found. */
export interface Examination extends Way {
  readonly diagnostics: readonly Diagnostic[]
  withProof(proof: Proof): Judgement
}

/** The result once the folder was replayed. */
export interface Judgement {
  /** All findings, including static ones. */
  readonly diagnostics: readonly Diagnostic[]
  /** By version, the codes of findings about its way back that need not be reported. */
  readonly acknowledged: ReadonlyMap<number, readonly string[]>
}

/**
 * All problems of the folder: the diagnostics of the reading and of all static rules, with the configured severities, without
 * what comments switch off, ordered by file, line, column and code. Errors of discovery, of reading and of numbering keep their
 * severity whatever settings or comments say. Never throws for the content of a migration.
 */
export function examine(reading: Reading, settings: GenerateSettings): Examination {
  const ruleCodes = rules.map(({ code }) => code)
  const subject = subjectOf(reading, settings, { fixedCodes: fixedCodes(reading), ruleCodes })
  let diagnostics: readonly Diagnostic[] | undefined
  return {
    get diagnostics() {
      return (diagnostics ??= judge([...reading.diagnostics, ...run(subject)], subject).diagnostics)
    },
    ...wayPast(errorsIn(obstaclesIn(subject, diagnosticOf), subject), reading),
    withProof(proof) {
      const replayed = withProof(subject, proof)
      const found = [...run(replayed), ...run(replayed, 'replay')]
      return judge([...reading.diagnostics, ...found], replayed)
    },
  }
}

const errorsIn = <D extends Diagnostic>(found: readonly D[], subject: Subject): D[] =>
  suppress(found, subject).diagnostics.filter(({ severity }) => severity === 'error')

/** The findings of the static rules alone. */
export const check = (reading: Reading, settings: GenerateSettings): readonly Diagnostic[] =>
  examine(reading, settings).diagnostics

function fixedCodes({ diagnostics }: Reading): Set<string> {
  return new Set([
    ...codesOf(({ override }) => override === 'fixed'),
    ...diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code),
  ])
}

const OVERRIDES = new Map(rules.map(({ code, override }) => [code, override]))

function acknowledges({ code, file }: Diagnostic): boolean {
  const override = OVERRIDES.get(code)
  return override === 'acknowledged' || (override === 'acknowledged in code' && !isSql(file))
}

const isSql = (file: string): boolean => /\.sql$/i.test(file)

const codesOf = (isMeant: (rule: Rule) => boolean): string[] =>
  rules.filter(isMeant).map(({ code }) => code)

const suppress = <D extends Diagnostic>(found: readonly D[], subject: Subject): Suppressed<D> =>
  applySuppressions(weigh(found, subject), {
    suppressions: subject.suppressions,
    acknowledges,
    // Without replay, or if it ended early, a comment about a finding of the replay is not reported as unused.
    unknown: new Set(
      subject.replay?.proof.complete ? [] : codesOf(({ stage }) => stage === 'replay'),
    ),
  })

function judge(all: readonly Diagnostic[], subject: Subject): Judgement {
  const { diagnostics, suppressions } = suppress(eachOnce(all), subject)
  const { settings, fixedCodes, reading } = subject
  const { told, settled } = sortReleased(withoutSuperseded(diagnostics), {
    migrations: reading.migrations,
    released: settings.released ?? 0,
    matters: (code) => fixedCodes.has(code) || LASTING.has(code),
  })
  const shown = settings.showReleased ? settled.map(asSettled) : []
  const suppressed = {
    ...subject,
    suppressions: suppressions.filter(({ at }) => !isReleased(at, subject)),
    settled: settings.showReleased ? [] : settled,
  }
  const about = run(suppressed, 'suppressions')
  return {
    diagnostics: [...told, ...shown, ...weigh(about, subject)].sort(compareDiagnostics),
    acknowledged: acknowledgedReturns(all, told, reading.migrations),
  }
}

/** The codes that also matter for a released migration, or keep it from being replayed. */
const LASTING = new Set(codesOf((rule) => rule.outlivesRelease || rule.spoilsReplay || false))

const isReleased = (at: Position, { reading, settings }: Subject): boolean =>
  (ownerOf(at, reading.migrations)?.version ?? Infinity) <= (settings.released ?? 0)

/** Both sides may run the same statement, and so may several migrations with a helper. */
function eachOnce(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const keyOf = ({ code, message, file, line, column }: Diagnostic): string =>
    JSON.stringify([code, message, file, line, column])
  return [...new Map(diagnostics.map((one) => [keyOf(one), one])).values()]
}

/** A finding with proof replaces another one that only suspects something on the same line, but none of higher severity. */
function withoutSuperseded(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const placeOf = ({ file, line }: Diagnostic, code: string): string =>
    JSON.stringify([file, line, code])
  const superseded = new Map<string, number>()
  for (const one of diagnostics) {
    const rule = rules.find(({ code, supersedes }) => supersedes && code === one.code)
    for (const code of rule?.supersedes ?? []) {
      const place = placeOf(one, code)
      superseded.set(place, Math.max(superseded.get(place) ?? 0, GRAVITY[one.severity]))
    }
  }
  if (superseded.size === 0) return diagnostics
  return diagnostics.filter(
    (one) => GRAVITY[one.severity] > (superseded.get(placeOf(one, one.code)) ?? -1),
  )
}

const GRAVITY: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2 }

const run = (subject: Subject, stage?: Rule['stage']): Diagnostic[] => {
  const { migrations } = subject.reading
  return rules
    .filter((rule) => rule.stage === stage)
    .flatMap((rule) => {
      const seen = rule.needsRows ? withRowsOnly(subject) : subject
      return applyRule(rule, seen).map((finding) => diagnosticOf(rule, finding, migrations))
    })
}

function withRowsOnly(subject: Subject): Subject {
  const { replay } = subject
  const steps = replay?.steps.filter(({ facts }) => !facts.some(lacksRows))
  return replay && steps ? { ...subject, replay: { ...replay, steps } } : subject
}

function diagnosticOf(
  { code, severity: own }: Rule,
  finding: Finding,
  migrations: Reading['migrations'] = [],
): Diagnostic {
  const at = declaredPlace({ ...finding, code }, migrations)
  const { subject, severity = own, message } = finding
  const { file, line, column } = at
  const advice = adviceInDerived(finding, migrations)
  const fix = isSql(file) ? adviceInSql(advice) : advice
  const about = subject === undefined ? {} : { subject }
  return { code, ...about, severity, message, fix, file, line, column }
}

function weigh<D extends Diagnostic>(
  diagnostics: readonly D[],
  { settings, fixedCodes }: Subject,
): D[] {
  return diagnostics.flatMap((one) => {
    const severity = fixedCodes.has(one.code) ? one.severity : severityOf(one, settings)
    return severity === 'off' ? [] : [{ ...one, severity }]
  })
}
