// The part of the settings that the build depends on.
import type { GenerateSettings } from '../../../codegen/model/settings.js'
import type { Settings } from './settings.js'

/** Nothing but what generating depends on: what is remembered about it is remembered for exactly these values. */
export function buildSettings({ open, ...settings }: Settings): GenerateSettings {
  const {
    configFile: _file,
    name: _name,
    database: _database,
    manager: _manager,
    seedsFolder: _seedsFolder,
    protected: _protected,
    ...build
  } = settings
  return { ...build, drafts: 'left out', ...(open && { opens: true }) }
}
