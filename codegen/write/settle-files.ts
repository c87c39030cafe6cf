// Brings all generated files in line with what they should be, or only tells how far they are from that.
import type { Diagnostic } from '../model/diagnostic.js'
import type { WantedFile } from '../model/generated-file.js'
import type { GeneratedFile } from '../model/result.js'
import type { GenerateSettings } from '../model/settings.js'
import { judgeLeft } from './judge-left.js'
import { settleLeftOver } from './left-over.js'
import { settleFile } from './settle-file.js'

/** What became of the files, and what is wrong with them. */
export interface SettledFiles {
  readonly files: readonly GeneratedFile[]
  /** Whether each of the wanted ones has now exactly its tokens. */
  readonly current: boolean
  readonly diagnostics: readonly Diagnostic[]
}

/** One after the other, so that a folder that cannot be written is reported once for each file and in order. */
export async function settleFiles(
  wanted: readonly WantedFile[],
  settings: GenerateSettings,
  options: { readonly write: boolean },
): Promise<SettledFiles> {
  const settled = []
  for (const one of wanted) settled.push({ file: one.file, ...(await settleFile(one, options)) })
  const left = await settleLeftOver(wanted, settings, options)
  return {
    files: [...settled, ...left].map(({ file, state }) => ({ file, state })),
    current: settled.every(({ current }) => current),
    diagnostics: [...settled, ...left].flatMap(({ diagnostics }) => diagnostics),
  }
}

/** What is wrong with the files where errors in the migrations keep them from being written: as much as is known. */
export async function judgeFiles(
  wanted: readonly WantedFile[],
  settings: GenerateSettings,
): Promise<Diagnostic[]> {
  const left = await settleLeftOver(wanted, settings, { write: false })
  return [...(await judgeLeft(wanted, settings)), ...left.flatMap((one) => one.diagnostics)]
}
