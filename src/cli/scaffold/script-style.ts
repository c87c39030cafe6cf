// Detects how the scripts of a project are written, so that new ones match.
import { existsSync } from 'node:fs'
import { discover } from '../../../codegen/discover/discover.js'
import { packageType } from '../../../codegen/project/package-type.js'
import { nearestFile } from '../../../codegen/project/repository-root.js'
import type { Settings } from '../settings/settings.js'
import type { ScriptStyle } from './script-text.js'

/** As the newest migration is written; if there is none, as package.json and tsconfig.json require. */
export const scriptStyle = (settings: Settings): Promise<ScriptStyle> =>
  settings.language === 'ts' ? styleOfTypeScript(settings) : styleOfJavaScript(settings)

async function styleOfTypeScript({ root, migrations }: Settings): Promise<ScriptStyle> {
  const { file } = nearestFile('tsconfig.json', migrations, root)
  if (file === null) return 'module'
  const { readTsconfig } = await import('../../../codegen/render/registry/read-tsconfig.js')
  return readTsconfig(file, [migrations]).isolatedDeclarations ? 'isolated' : 'module'
}

async function styleOfJavaScript({ root, migrations }: Settings): Promise<ScriptStyle> {
  const { type } = packageType(migrations)
  const files = existsSync(migrations) ? (await discover(root, migrations)).files : []
  const newest = files.findLast(({ path, kind }) => kind === 'script' && path.endsWith('.js'))
  if (!newest) return type === 'module' ? 'module' : 'commonjs'
  const { isModule } = await import('../../../codegen/parse/common-js.js')
  return isModule(newest.path, newest.text, type) ? 'module' : 'commonjs'
}
