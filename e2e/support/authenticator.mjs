// An authenticator that says yes, as a telephone does after a finger: Chromium's own, over the DevTools protocol.

// Gives it to a page, with the passkeys that it holds already. `credentials()` are those that it holds now.
export async function giveAuthenticator(page, held = []) {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  };
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', { options });
  const send = (method, more = {}) => session.send(`WebAuthn.${method}`, { authenticatorId, ...more });
  for (const credential of held) await send('addCredential', { credential });
  return {
    credentials: async () => (await send('getCredentials')).credentials,
    // Puts the counter of a passkey back, as a copy has it that was made earlier.
    async putBack(signCount) {
      const [credential] = (await send('getCredentials')).credentials;
      await send('removeCredential', { credentialId: credential.credentialId });
      await send('addCredential', { credential: { ...credential, signCount } });
    },
    refuse: () => send('setUserVerified', { isUserVerified: false }),
  };
}
