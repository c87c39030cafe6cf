// The environment of this process, which tests change and put back. It is changed in place: Node reads some of it past an
// object that is put in the place of `process.env`.

/** Sets everything back to how it was. */
export function setEnvironment(wanted: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) if (!(name in wanted)) delete process.env[name]
  Object.assign(process.env, wanted)
}
