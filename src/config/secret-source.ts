// Where a password comes from. The configuration knows no more of one than this.

/** A secret's possible sources. `install` copies the value once to `credentials/NAME`, since a service has no shell's variables. */
export interface SecretSource {
  /** For messages: the secret as a person calls it. */
  title: string;
  /** File name under the credentials folder and in $CREDENTIALS_DIRECTORY (systemd.exec(5), LoadCredential=). */
  credential: string;
  /** The environment variable that holds it. */
  env: string | null;
  /** The file that holds it. */
  file: string | null;
}
