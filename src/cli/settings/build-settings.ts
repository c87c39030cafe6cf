// The part of the settings that the build depends on.
import type { GenerateSettings } from '../../../codegen/model/settings.js'
import type { Settings } from './settings.js'

/** Nothing but what generating depends on: what is remembered about it is remembered for exactly these values. */
export function buildSettings({ open, ...settings }: Settings): GenerateSettings {
  const {
    configFile: _file,
    name: _name,
    others: _others,
    database: _database,
    manager: _manager,
    seedsFolder: _seedsFolder,
    protected: _protected,
    ...build
  } = settings
  const own: OnlyOf<typeof build> = build
  return { ...own, drafts: 'left out', ...(open && { opens: true }) }
}

/** Does not compile with a setting that generating does not know: a spread lets it through. */
type OnlyOf<T> = { [K in keyof T]: K extends keyof GenerateSettings ? T[K] : never }
