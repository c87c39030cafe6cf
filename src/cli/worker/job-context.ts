// What the parts of the worker hand to each other. Types only.
import type { Registry } from '../../model/registry.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import type { Folders } from '../terminal/locate-failure.js'
import type { Settings } from '../settings/settings.js'
import type { Job, WorkerMessage } from './protocol.js'

/** How a job is connected with the outside. */
export interface JobContext {
  send(message: WorkerMessage): void
  readonly signal: { readonly aborted: boolean }
  /** Filled in as soon as the settings are known, for naming the place of a failure. */
  folders: Folders | null
}

/** A run to do. */
export interface RunJob {
  readonly job: Job
  readonly settings: Settings
  readonly path: string
  readonly context: JobContext
  readonly registry: Registry<ClientHandle>
}
