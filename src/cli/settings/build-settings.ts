// Selects the settings that the build depends on.
import type { GenerateSettings } from '../../../codegen/model/settings.js'
import type { Settings } from './settings.js'

/** Only what generating depends on: cached results are valid for exactly these values. */
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

/** Fails to compile for a setting that generating does not know, which a spread would let through. */
type OnlyOf<T> = { [K in keyof T]: K extends keyof GenerateSettings ? T[K] : never }
