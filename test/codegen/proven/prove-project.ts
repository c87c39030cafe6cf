// Has projects proven as `lockstep check` does, but in this process instead of one for each line: what is found is the
// same, in a tenth of the time.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { generate } from '../../../codegen/generate.js'
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import type { GenerateOptions, GenerateResult } from '../../../codegen/model/result.js'
import type { GenerateSettings } from '../../../codegen/model/settings.js'
import type { ProvenReading } from '../../../codegen/proven-reading.js'
import { generateAnew, readAndProve } from '../../../codegen/pipeline.js'
import type { NotedReads } from '../../../codegen/replay/process/note-reads.js'
import { runJob } from '../../../codegen/replay/process/run-job.js'
import type { PassEnd, StartLine } from '../../../codegen/replay/process/run-pass.js'
import type { Pass, PassJob, PassMessage } from '../../../codegen/replay/process/protocol.js'
import { LateWork } from '../../../codegen/wall/late-work.js'
import { Wall } from '../../../codegen/wall/wall.js'
import { placesOf } from '../check/check-folder.js'
import { settingsFor, temporaryProject } from '../../support/project.js'

/** What is wrong with the migrations of the project in `root`, under the settings in its `settings.json`. */
export async function proveProject(root: string): Promise<readonly Diagnostic[]> {
  const settings = settingsFor(root, { replay: true, ...statedIn(root) })
  return (await readAndProveHere(settings)).diagnostics
}

/** What the build does to know it; behind a wall where one was built in this process, which has to be the test's own. */
export const readAndProveHere = (settings: GenerateSettings, wall?: Wall): Promise<ProvenReading> =>
  readAndProve(settings, linesHere(wall))

/** The same of a new project that has these files. */
export const proveFiles = (
  files: Readonly<Record<string, string>>,
): Promise<readonly Diagnostic[]> =>
  proveProject(temporaryProject({ 'package.json': '{}', ...files }))

/** `file:line:column severity CODE` of everything that is wrong with these migrations, by their names. */
export async function placesProven(
  migrations: Readonly<Record<string, string>>,
): Promise<string[]> {
  const files = Object.entries(migrations).map(([name, text]) => [`migrations/${name}`, text])
  return placesOf(await proveFiles(Object.fromEntries(files)))
}

/** The findings of steps: SQL, with `down` behind `-- migrate:down` or without one, or whole files of code. */
export async function foundIn(...steps: readonly string[]): Promise<readonly Diagnostic[]> {
  const files = steps.map((step, at) => {
    const isCode = step.includes('export ')
    const head = step.includes('migrate:down') ? '' : '-- irreversible: nobody goes back\n'
    const isWhole = isCode || step.includes('-- migrate:up')
    const text = isWhole ? step : `${head}-- migrate:up\n${step}\n`
    return [`migrations/00${at + 1}_step.${isCode ? 'ts' : 'sql'}`, text]
  })
  return proveFiles(Object.fromEntries(files))
}

/** `severity CODE subject` of each. */
export const codesIn = async (...steps: readonly string[]): Promise<string[]> =>
  (await foundIn(...steps)).map(({ severity, code, subject }) =>
    [severity, code, ...(subject === undefined ? [] : [subject])].join(' '),
  )

/** Generates with replay, or looks whether that would change anything. */
export const generateHere = (
  settings: GenerateSettings,
  options: GenerateOptions,
): Promise<GenerateResult> =>
  generate(settings, options, async () => ({ generateAnew }), linesHere())

/** Settings, with example rows as a configuration has them. */
type Stated = Partial<GenerateSettings> & { readonly seeds?: unknown }

function statedIn(root: string): Partial<GenerateSettings> {
  const file = join(root, 'settings.json')
  if (!existsSync(file)) return {}
  const { seeds, ...settings } = JSON.parse(readFileSync(file, 'utf8')) as Stated
  return seeds === undefined ? settings : { ...settings, config: { file, database: null } }
}

/** Lines that are proven one after the other, since they share the client's classes. */
function linesHere(wall?: Wall): StartLine {
  let last: Promise<unknown> = Promise.resolve()
  return () => ({
    prove: (job) => {
      const end = last.then(() => proveHere(job, wall))
      last = end
      return end
    },
    standing: () => null,
    kill() {},
  })
}

async function proveHere(job: PassJob, wall?: Wall): Promise<PassEnd<Pass>> {
  const behind = { wall: wall ?? new Wall(), late: new LateWork() }
  wall?.raise()
  const answer = await runJob(job, { ...behind, tell() {}, noteReads: () => NO_READS })
  wall?.lower()
  const told = JSON.parse(JSON.stringify(answer)) as Exclude<PassMessage, { type: 'at' }>
  return told.type === 'done' ? { ...told, kind: 'done' } : { ...told.obstacle, at: null }
}

/** To note them, all of `fs` would be replaced for good. */
const NO_READS: NotedReads = { during: (work) => work(), all: () => [] }
