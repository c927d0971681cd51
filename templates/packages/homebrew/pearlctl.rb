# A formula for a tap. Written with care and checked for syntax; not installed on a Mac by the makers of pearlctl yet.
class Pearlctl < Formula
  desc "CPU mining of Pearl as a service of the operating system"
  homepage "@BASE@"
  url "@BASE@/pearlctl-@VERSION@.tgz"
  sha256 "@SHA256 pearlctl-@VERSION@.tgz@"
  license "MIT"

  depends_on "node"

  resource "addon" do
    on_macos do
      on_arm do
        url "@BASE@/pearlctl-addon-darwin-arm64-@VERSION@.tgz"
        sha256 "@SHA256 pearlctl-addon-darwin-arm64-@VERSION@.tgz@"
      end
      on_intel do
        url "@BASE@/pearlctl-addon-darwin-x64-@VERSION@.tgz"
        sha256 "@SHA256 pearlctl-addon-darwin-x64-@VERSION@.tgz@"
      end
    end
    on_linux do
      on_arm do
        url "@BASE@/pearlctl-addon-linux-arm64-gnu-@VERSION@.tgz"
        sha256 "@SHA256 pearlctl-addon-linux-arm64-gnu-@VERSION@.tgz@"
      end
      on_intel do
        url "@BASE@/pearlctl-addon-linux-x64-gnu-@VERSION@.tgz"
        sha256 "@SHA256 pearlctl-addon-linux-x64-gnu-@VERSION@.tgz@"
      end
    end
  end

  def install
    system "npm", "install", *std_npm_args, "--omit=optional"
    resource("addon").stage do
      (libexec/"lib/node_modules/pearlctl/dist/native").install Dir["*.node"]
    end
    bin.install_symlink libexec/"bin/pearlctl"
    man1.install_symlink libexec.glob("lib/node_modules/pearlctl/docs/man/*.1")
    man5.install_symlink libexec.glob("lib/node_modules/pearlctl/docs/man/*.5")
    generate_completions_from_executable(bin/"pearlctl", "completion")
  end

  def caveats
    <<~EOS
      Nothing is mined until you set it up:
        pearlctl init
        pearlctl install
      Before you remove the formula, remove the service: pearlctl uninstall
    EOS
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/pearlctl --version")
    assert_match "scalar", shell_output("#{bin}/pearlctl self-test")
  end
end
