// An authenticator that says yes, as a telephone does after a finger: Chromium's own, over the DevTools protocol.

// Gives it to a page, with the passkeys that it holds already; `isSynced`: its provider copies them to other devices.
// `credentials()` are those that it holds now.
export async function giveAuthenticator(page, held = [], { isSynced = false } = {}) {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
    defaultBackupEligibility: isSynced,
    defaultBackupState: isSynced,
  };
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', { options });
  const send = (method, more = {}) => session.send(`WebAuthn.${method}`, { authenticatorId, ...more });
  for (const credential of held) await send('addCredential', { credential });
  return {
    credentials: async () => (await send('getCredentials')).credentials,
    // Puts the counter of a passkey back, as a copy has it that was made earlier; the next use counts on from there, and
    // after -1 shows 0: that nothing is counted.
    async putBack(signCount) {
      const [credential] = (await send('getCredentials')).credentials;
      await send('removeCredential', { credentialId: credential.credentialId });
      await send('addCredential', { credential: { ...credential, signCount } });
    },
    refuse: () => send('setUserVerified', { isUserVerified: false }),
  };
}
