// `lockstep check`: rules, generated files and replay in one run, for continuous integration; writes nothing.
import { namedFindings } from '../generate/named-advice.js'
import type { Pins } from '../../../codegen/model/registry-item.js'
import type { GenerateResult } from '../../../codegen/model/result.js'
import { chooseMemory, withMemory, type Trust } from '../generate/choose-memory.js'
import { type CommandRun, type Terminal, EXIT } from '../command/command.js'
import { findingsDocument, findingsText, type Findings } from '../generate/findings.js'
import {
  estimatesOf,
  estimateSteps,
  notEstimated,
  type StepEstimate,
} from '../generate/estimate-steps.js'
import { estimateNotes, renderEstimates } from '../render/estimates.js'
import { withPages } from '../terminal/code-page.js'
import { blocks, type Style } from '../terminal/style.js'
import { replayLeftOut } from '../generate/replay-left-out.js'
import { count } from '../terminal/quantities.js'
import { buildSettings } from '../settings/build-settings.js'
import { describeSettings } from '../settings/describe-settings.js'
import type { Sources } from '../settings/settings.js'
import { loadEachSettings } from '../settings/load-settings.js'
import { underBase, withBase } from '../generate/with-base.js'
import { CHECKING, shown } from '../worker/shown.js'

/** Checks every database, or the one selected by `--name`. Exits with 1 on an error. */
export const run: CommandRun = async (invocation) => {
  const trust = chooseMemory(invocation)
  const { results, findings, estimates, left } = await withMemory(trust, invocation, (sources) =>
    shown(invocation, CHECKING, (terminal) => checkEach(sources, terminal)),
  )
  const { diagnostics } = findings
  const ok = diagnostics.every(({ severity }) => severity !== 'error')
  const { format = 'text', base } = invocation.flags
  const noted = {
    ...findings,
    diagnostics: [...diagnostics, ...withPages(estimateNotes(estimates))],
  }
  const document =
    format === 'text' ? null : await findingsDocument(format === 'json' ? findings : noted, format)
  return {
    exitCode: ok ? EXIT.done : EXIT.failed,
    json: {
      ok,
      diagnostics,
      ...provenIn(results),
      estimates,
      notEstimated: left,
    },
    text: (style) => checkText(findings, { results, estimates, left, base, trust }, style),
    ...(document !== null && { document }),
  }
}

async function checkEach(
  sources: Sources,
  terminal: Terminal,
): Promise<Pick<Checked, 'results' | 'estimates' | 'left'> & { readonly findings: Findings }> {
  const all = await loadEachSettings(sources)
  for (const line of all.flatMap(describeSettings)) terminal.detail(line)
  const { generate } = await import('../../../codegen/generate.js')
  const results: GenerateResult[] = []
  const estimates: StepEstimate[] = []
  const left: string[] = []
  const { base } = sources.flags
  for (const one of all) {
    const settings = await underBase(
      { ...buildSettings(one), replay: true, scaled: true, drafts: 'refused' },
      base,
    )
    let pins: Pins | undefined
    const generated = await generate(settings, { write: false, onPins: (found) => (pins = found) })
    results.push(await withBase(generated, settings, base, pins))
    const history = all.length > 1 ? one.name : null
    estimates.push(...estimatesOf(history, estimateSteps(generated.scaled, settings.root)))
    left.push(...notEstimated(generated.scaled, history))
  }
  const diagnostics = namedFindings(all, results, terminal)
  return { results, estimates, left, findings: { root: all[0]?.root ?? sources.cwd, diagnostics } }
}

interface Checked {
  readonly results: readonly GenerateResult[]
  readonly estimates: readonly StepEstimate[]
  /** The steps that were not estimated for lack of time. */
  readonly left: readonly string[]
  readonly base: string | undefined
  readonly trust: Trust
}

/** The findings with their totals, then one line that says what was checked and proven. */
function checkText(findings: Findings, checked: Checked, style: Style): string[] {
  const ok = findings.diagnostics.every(({ severity }) => severity !== 'error')
  const mark = ok ? style.green('✓') : style.red('✗')
  return blocks(
    findingsText(findings, style),
    renderEstimates(checked.estimates, checked.left, style),
    [`${mark} ${summary(checked)}`],
  )
}

function summary({ results, base, trust }: Checked): string {
  const sum = (pick: (result: GenerateResult) => number): number =>
    results.reduce((total, result) => total + pick(result), 0)
  const { proven: versions, remembered } = provenIn(results)
  const obstacles = [...new Set(results.flatMap((result) => result.obstacles))]
  // If migrations have errors, the expected content of the files is unknown.
  const known = results.every((result) => result.files.length > 0)
  const files = known ? results.flatMap((result) => result.files) : []
  const current = files.filter(({ state }) => state !== 'stale').length
  return [
    `${count(
      sum(({ migrations }) => migrations),
      'migration',
    )} checked`,
    proven(versions, versions - remembered, results.some(isDisproven) ? 'replayed' : 'proven'),
    trust === 'this run' ? 'no earlier run trusted' : null,
    obstacles.length > 0
      ? `${versions > 0 ? 'beyond that ' : ''}${replayLeftOut(obstacles)}`
      : null,
    files.length > 0 ? `${current} of ${count(files.length, 'generated file')} up to date` : null,
    base === undefined ? null : `compared with ${base}`,
  ]
    .filter((part) => part !== null)
    .join(', ')
    .concat('.')
}

/** How many versions are proven, and how many of them only by the cache of an earlier run. */
function provenIn(results: readonly GenerateResult[]): { proven: number; remembered: number } {
  const sum = (pick: (result: GenerateResult) => number): number =>
    results.reduce((total, result) => total + pick(result), 0)
  const proven = sum(({ replayed }) => replayed)
  return { proven, remembered: proven - sum(({ replayedNow }) => replayedNow) }
}

/** A proof of an earlier run holds as long as nothing it depends on changes. */
function proven(versions: number, now: number, word: 'proven' | 'replayed'): string {
  if (versions === 0) return 'nothing proven'
  const replayed = now === 0 ? 'none' : now === versions ? 'all' : String(now)
  return `${count(versions, 'version')} ${word} (${replayed}${word === 'proven' ? ' replayed' : ''} now)`
}

/** Whether there is an error in anything but the generated files. */
const isDisproven = ({ diagnostics, files }: GenerateResult): boolean =>
  diagnostics.some(
    ({ severity, file }) => severity === 'error' && !files.some((one) => one.file === file),
  )
