// Which files the settings come from, for who watches them.
import { dirname, join } from 'node:path'
import { bundleOf } from '../../../codegen/bundle/load-module.js'
import { isInside } from '../../../codegen/project/repository-root.js'
import { SEARCH_PLACES } from './find-config.js'
import type { Settings } from './settings.js'

/** Absolute: the configuration with what it imports, where another one would be, and what else says how files are written. */
export async function settingsFiles({ configFile, root, memory }: Settings): Promise<string[]> {
  const folder = configFile === null ? root : dirname(configFile)
  const places = SEARCH_PLACES.map((name) => join(folder, name))
  const isScript = configFile !== null && !configFile.endsWith('.json')
  const { inputs } = isScript ? await bundleOf(configFile, root, memory) : { inputs: [] }
  const own = inputs.filter((input) => isInside(input, root) && !input.includes('node_modules'))
  const others = [configFile ?? '', join(root, 'package.json'), join(root, 'tsconfig.json')]
  return [...new Set([...places, ...own, ...others.filter((file) => file !== '')])]
}
