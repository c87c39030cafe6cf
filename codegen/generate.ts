// The door to the build: brings the generated files in line with the migrations folder, or tells what keeps it from that.
import { openGenerateCache, type Remembered } from './generate-cache.js'
import type { GenerateResult } from './model/result.js'
import type { GenerateSettings } from './model/settings.js'
import type * as pipeline from './pipeline.js'

export type { GeneratedFile, GenerateResult } from './model/result.js'

/**
 * Generates the registry. With `write: false` nothing is written, and a generated file that is missing, stale or edited
 * is an error. With an error in the migrations nothing is written either way. When nothing has changed since the last
 * run, that is all it finds out: neither the compiler nor the formatter is loaded. Rejects only on defects of Lockstep
 * itself; everything a person can fix is a diagnostic. `load` answers with what does the work.
 */
export async function generate(
  settings: GenerateSettings,
  options: { readonly write: boolean },
  load: () => Promise<Pick<typeof pipeline, 'generateAnew'>> = () => import('./pipeline.js'),
): Promise<GenerateResult> {
  const cache = openGenerateCache(settings)
  const remembered = cache.recall()
  if (remembered) return unchanged(remembered)
  const { generateAnew } = await load()
  return generateAnew(settings, options, cache)
}

function unchanged({ diagnostics, files, migrations, head, replayed }: Remembered): GenerateResult {
  return {
    ok: true,
    diagnostics,
    files: files.map((file) => ({ file, state: 'unchanged' })),
    migrations,
    head,
    replayed: replayed ? head : 0,
    replayedNow: 0,
    obstacles: [],
  }
}
