// The entry point of the build: brings the generated files in line with the migrations folder, or reports what prevents that.
import { openGenerateCache, type Remembered } from './generate-cache.js'
import type { GenerateOptions, GenerateResult } from './model/result.js'
import type { GenerateSettings } from './model/settings.js'
import type * as pipeline from './pipeline.js'
import type { ReadyPasses } from './replay/process/ready-passes.js'
import type { StartLine } from './replay/process/run-pass.js'

export type { GeneratedFile, GenerateResult } from './model/result.js'

/**
 * Generates the registry. With an error in the migrations nothing is written, except for what comes before drafts. If nothing has
 * changed since the last run, only that is determined: neither the compiler nor the formatter is loaded. Rejects only on defects
 * of Lockstep itself; everything that a person can fix is a diagnostic. `load` returns the module that does the work, and `start`
 * replaces how processes for replay are started.
 */
export async function generate(
  settings: GenerateSettings,
  options: GenerateOptions,
  load: () => Promise<Pick<typeof pipeline, 'generateAnew'>> = () => import('./pipeline.js'),
  start?: StartLine,
): Promise<GenerateResult> {
  const cache = openGenerateCache(settings)
  const remembered = cache.recall()
  if (remembered) return unchanged(remembered)
  // The processes start while the compiler is loaded.
  const ready = settings.replay ? await readyProcesses(start) : null
  try {
    const { generateAnew } = await load()
    return await generateAnew(settings, options, cache, ready?.take)
  } finally {
    ready?.end()
  }
}

const readyProcesses = async (start?: StartLine): Promise<ReadyPasses> =>
  (await import('./replay/process/ready-passes.js')).readyPasses(start)

function unchanged({ replayed, files, ...remembered }: Remembered): GenerateResult {
  return {
    ok: remembered.diagnostics.every(({ severity }) => severity !== 'error'),
    diagnostics: remembered.diagnostics,
    files: files.map((file) => ({ file, state: 'unchanged' })),
    migrations: remembered.migrations,
    head: remembered.head,
    drafts: remembered.drafts,
    replayed: replayed ? remembered.head : 0,
    replayedNow: 0,
    made: remembered.made,
    scaled: remembered.scaled ?? [],
    obstacles: [],
  }
}
