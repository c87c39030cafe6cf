// Determines the configured severity of a finding, for all files or for some. Pure.
import { posix } from 'node:path'
import picomatch from 'picomatch'
import type { Diagnostic, Severity } from '../model/diagnostic.js'
import type { GenerateSettings, SeverityOverride } from '../model/settings.js'

type Rules = Pick<GenerateSettings, 'rules' | 'overrides'>

/** The severity of the last override that matches the file and names the code; otherwise that of `rules`, otherwise its own. */
export function severityOf(
  { code, file, severity }: Pick<Diagnostic, 'code' | 'file' | 'severity'>,
  { rules, overrides = [] }: Rules,
): Severity | 'off' {
  const last = overrides.findLast((one) => one.rules[code] !== undefined && isAbout(one, file))
  return last?.rules[code] ?? rules[code] ?? severity
}

/** Every severity in the settings, and where it is set. */
export const statedSeverities = ({ rules, overrides = [] }: Rules): readonly StatedSeverity[] => [
  ...Object.entries(rules).map(([code, severity]) => ({ setting: 'rules', code, severity })),
  ...overrides.flatMap((one) =>
    Object.entries(one.rules).map(([code, severity]) => ({ setting: 'overrides', code, severity })),
  ),
]

/** One entry of `rules`. */
export interface StatedSeverity {
  readonly setting: string
  readonly code: string
  readonly severity: Severity | 'off'
}

/** Whether a file, relative to the project, matches one of the globs, and none of those that begin with `!`. */
function isAbout({ folder, files }: SeverityOverride, file: string): boolean {
  const path = posix.relative(folder ?? '', file)
  const isOne = (glob: string): boolean => matches(glob, path)
  const excluded = files.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1))
  return files.some((glob) => !glob.startsWith('!') && isOne(glob)) && !excluded.some(isOne)
}

/** The globs of an override that match none of these files. */
export const unmatched = ({ folder, files }: SeverityOverride, all: readonly string[]): string[] =>
  files.filter(
    (glob) =>
      !glob.startsWith('!') &&
      !all.some((file) => matches(glob, posix.relative(folder ?? '', file))),
  )

const matches = (glob: string, path: string): boolean =>
  picomatch(posix.normalize(glob), { dot: true })(path)
