/** Uploads a sound over REST: files are too large for the socket. @throws Error with the server's words */
export const uploadSound = async (
  file: File,
  token: string | undefined,
): Promise<void> => {
  const name = file.name.trim().slice(0, 100) || "sound";
  const response = await fetch(
    `/v1/sounds?${new URLSearchParams({ name }).toString()}`,
    {
      method: "POST",
      headers: {
        "Content-Type": "application/octet-stream",
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      },
      body: file,
    },
  );
  if (response.ok) return;
  const answer = (await response.json().catch(() => undefined)) as
    { error?: { message?: string } } | undefined;
  throw new Error(answer?.error?.message ?? "The server did not take the file");
};
