// Describes the resulting settings, for `--verbose`. Pure.
import { columns } from '../terminal/style.js'
import type { Settings } from './settings.js'

/** One line for each: the configuration, the folders, the database. */
export function describeSettings(settings: Settings): string[] {
  const { configFile, name, database, migrations, out } = settings
  return columns([
    ['configuration', configFile ?? 'none'],
    ...(name === null ? [] : [['name', name]]),
    ['migrations', migrations],
    ['generated', out],
    ['database', database ?? 'not set'],
  ])
}
