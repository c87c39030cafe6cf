// Has a process run TypeScript files of this project: given to Node with --import.
import { register } from 'node:module'

register('./typescript-hooks.mjs', import.meta.url)
