# Written with care and checked for syntax; not built with Nix by the makers of pearlctl yet.
{
  description = "pearlctl: CPU mining of Pearl as a service of the operating system";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs }:
    let
      version = "@VERSION@";
      archives = {
        x86_64-linux = { arch = "x64"; sha256 = "@SHA256 pearlctl-@VERSION@-linux-x64.tar.xz@"; };
        aarch64-linux = { arch = "arm64"; sha256 = "@SHA256 pearlctl-@VERSION@-linux-arm64.tar.xz@"; };
      };
      package = system: { arch, sha256 }:
        let pkgs = nixpkgs.legacyPackages.${system};
        in pkgs.stdenv.mkDerivation {
          pname = "pearlctl";
          inherit version;
          src = pkgs.fetchurl {
            url = "@BASE@/pearlctl-${version}-linux-${arch}.tar.xz";
            inherit sha256;
          };
          nativeBuildInputs = [ pkgs.autoPatchelfHook pkgs.installShellFiles ];
          buildInputs = [ pkgs.stdenv.cc.cc.lib ];
          dontStrip = true;
          installPhase = ''
            runHook preInstall
            installManPage man/*
            installShellCompletion completions/pearlctl.bash completions/pearlctl.fish
            installShellCompletion --zsh --name _pearlctl completions/pearlctl.zsh
            mkdir -p $out/lib $out/bin
            cp -r . $out/lib/pearlctl
            echo nix >$out/lib/pearlctl/owner
            ln -s $out/lib/pearlctl/pearlctl $out/bin/pearlctl
            runHook postInstall
          '';
          meta = {
            description = "CPU mining of Pearl as a service of the operating system";
            license = pkgs.lib.licenses.mit;
            mainProgram = "pearlctl";
            platforms = [ system ];
          };
        };
    in {
      packages = builtins.mapAttrs
        (system: archive: { default = package system archive; })
        archives;
    };
}
