// Adds Lockstep's scripts to the text of a package.json, changing nothing else. Pure.
import type { ScriptRunner } from './script-runner.js'

/** The new text, and what was done about each script. */
export interface ScriptedPackage {
  readonly text: string
  readonly added: readonly string[]
  /** Whether `gen` is another script of the project, so that `npm run gen` is not `lockstep gen`. */
  readonly taken: boolean
}

const GENERATE = 'lockstep gen'

/**
 * Adds `gen`, and generating before `build`: as `prebuild` if the package manager runs it, otherwise at the start of `build`
 * itself. Scripts that already do so, and a `gen` of the project's own, stay. Indentation, line endings, a byte order mark and
 * the end of the file are kept. Throws what `JSON.parse` throws, and a TypeError if it is no object.
 */
export function addScripts(text: string, runner: ScriptRunner): ScriptedPackage {
  const json = JSON.parse(text.replace(/^\ufeff/, '')) as unknown
  if (!isRecord(json)) throw new TypeError('it is not a JSON object')
  const before = isRecord(json['scripts']) ? json['scripts'] : {}
  const scripts = { ...before }
  scripts['gen'] ??= GENERATE
  if (runner === 'runs-pre-scripts') putBefore(scripts, 'prebuild')
  else if (scripts['build'] !== undefined) putBefore(scripts, 'build')
  const added = Object.keys(scripts).filter((name) => scripts[name] !== before[name])
  const taken = isTaken(scripts)
  if (added.length === 0) return { text, added, taken }
  return { text: printLike(text, { ...json, scripts }), added, taken }
}

const isTaken = ({ gen }: Record<string, unknown>): boolean => !String(gen).includes(GENERATE)

/** Puts generating before a script, or makes it the script. */
function putBefore(scripts: Record<string, unknown>, name: string): void {
  const present = scripts[name]
  if (typeof present === 'string' && present.includes(GENERATE)) return
  const runsGen = typeof present === 'string' && /\b(npm|pnpm|yarn|bun) (run )?gen\b/.test(present)
  if (runsGen && !isTaken(scripts)) return
  scripts[name] = typeof present === 'string' ? `${GENERATE} && ${present}` : GENERATE
}

function printLike(text: string, value: object): string {
  const indentation = /^[{[]\r?\n([ \t]+)/.exec(text.replace(/^\ufeff/, ''))?.[1] ?? '  '
  const printed = JSON.stringify(value, null, indentation)
  const ended = printed + (/\r?\n$/.exec(text)?.[0] ? '\n' : '')
  const lines = text.includes('\r\n') ? ended.replaceAll('\n', '\r\n') : ended
  return (text.startsWith('\ufeff') ? '\ufeff' : '') + lines
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
