// Generates as a part of a watch: which places to watch for it, and how to report it.
import { join, dirname } from 'node:path'
import { GENERATED_NAMES } from '../../../codegen/write/left-over.js'
import type { Terminal } from '../command/command.js'
import { findingsText } from '../generate/findings.js'
import { generatedText, type Generated } from '../generate/generate-each.js'
import type { Settings } from '../settings/settings.js'
import type { Screen } from './tell-rounds.js'
import type { Places } from './watch-places.js'
import { bundleOf } from '../../../codegen/bundle/load-module.js'
import { isInside } from '../../../codegen/project/repository-root.js'
import { SEARCH_PLACES } from '../settings/find-config.js'

/** What generating depends on, including histories that may be needed. */
export async function sourcePlaces(all: readonly Settings[]): Promise<Places> {
  const files = await Promise.all(all.map(settingsFiles))
  const folders = all.flatMap(({ migrations, histories = {} }) => [
    migrations,
    ...Object.values(histories).map((one) => one.migrations),
  ])
  return { folders: [...new Set(folders)], files: files.flat() }
}

/** The generated files, which may have to be generated again. */
export const generatedPaths = (all: readonly Settings[]): string[] =>
  all.flatMap(({ out }) => GENERATED_NAMES.map((name) => join(out, name)))

/** Reports what was generated, round by round; if earlier output stays visible, without repeating the same findings. */
export function tellGenerated({
  style,
  say,
  complain,
}: Terminal): (generated: Generated, root: string, screen: Screen) => void {
  let before = ''
  return (generated, root, screen) => {
    const { ok, diagnostics } = generated
    const findings = findingsText({ root, diagnostics }, style).join('\n')
    const isKnown = screen === 'kept' && findings !== '' && findings === before
    before = findings
    const print = ok ? say : complain
    if (isKnown) print(style.dim('The findings are the same as before.'))
    print(...generatedText(isKnown ? { ...generated, diagnostics: [] } : generated, root, style))
  }
}

/** Absolute paths: the configuration with its imports, other places for one, and whatever determines the style of files. */
async function settingsFiles({ configFile, root, memory }: Settings): Promise<string[]> {
  const folder = configFile === null ? root : dirname(configFile)
  const places = SEARCH_PLACES.map((name) => join(folder, name))
  const isScript = configFile !== null && !configFile.endsWith('.json')
  const { inputs } = isScript ? await bundleOf(configFile, root, memory) : { inputs: [] }
  const own = inputs.filter((input) => isInside(input, root) && !input.includes('node_modules'))
  const others = [configFile ?? '', join(root, 'package.json'), join(root, 'tsconfig.json')]
  return [...new Set([...places, ...own, ...others.filter((file) => file !== '')])]
}
