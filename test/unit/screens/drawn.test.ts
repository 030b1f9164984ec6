import { expect, test } from "vitest";
import { textOf } from "./show.ts";
import { views } from "./views.ts";

test("start, first frame", async () => {
  expect(await textOf(views["start, first frame"])).toMatchInlineSnapshot(`
    "nix-dabei 0.1
    ────────────────────────────────────────────────────────────────────────────────

      Nothing on this machine's disks has been touched.

    > Install NixOS on ZFS
      Shell
      Reboot
      Power off

      Machine   looking at the machine…  0 s











    ────────────────────────────────────────────────────────────────────────────────
     ↑↓ move  Enter choose  ? help  Ctrl-L redraw"
  `);
});

test("start", async () => {
  expect(await textOf(views.start)).toMatchInlineSnapshot(`
    "nix-dabei 0.1                                                   rescue · x86_64
    ────────────────────────────────────────────────────────────────────────────────

      Nothing on this machine's disks has been touched.

    > Install NixOS on ZFS
      Shell
      Reboot
      Power off

      Machine   Dell Inc. PowerEdge R740 · 32 cores · 62.5 GiB · UEFI
      Disks     4 found, 2 free, 1 of ZFS pools (tank), 1 runs this system
      Network   enp1s0f0 up 203.0.113.7/32 via 203.0.113.1 · 2001:db8::7/64
      ssh       root@203.0.113.7  2 keys may log in
                ED25519 SHA256:Wn3rXq0o1mB5h8Zr7VtQ4cYf9dKx2LpSgJ6aEuTi0wM







    ────────────────────────────────────────────────────────────────────────────────
     ↑↓ move  Enter choose  ? help  Ctrl-L redraw"
  `);
});

test("disks", async () => {
  expect(await textOf(views.disks)).toMatchInlineSnapshot(`
    "nix-dabei › Install › Disks                                     [1] 2  3  4  5
    ────────────────────────────────────────────────────────────────────────────────
      Choose the disks for the pool. Space marks, Enter goes on.

           disk          size  model            serial           holds
      [x]  nvme0n1  894.3 GiB  SAMSUNG MZQL29…  S64GNE0R801190   nothing
    > [x]  nvme1n1  894.3 GiB  SAMSUNG MZQL29…  S64GNE0R801191   nothing
      [ ]  sda        7.3 TiB  ST8000NM000A-2…  WWZ1A2B3         pool tank of web1
       -   sdz       28.6 GiB  Ultra Fit        4C530001230715…  runs this system

      nvme1n1  /dev/disk/by-id/nvme-SAMSUNG_MZQL2960HCJR-00A07_S64GNE0R801191
               wwn eui.3634473052801191 · nvme · flash · sectors 512/4096
               no partition table, no signatures

      2 disks, 894.3 GiB each → next: mirror, stripe







    ────────────────────────────────────────────────────────────────────────────────
     ↑↓ move  Space mark  r rescan  d details  Enter next  Esc back  ? help"
  `);
});

test("disks, details", async () => {
  expect(await textOf(views["disks, details"])).toMatchInlineSnapshot(`
    "nix-dabei › Install › Disks                                     [1] 2  3  4  5
    ────────────────────────────────────────────────────────────────────────────────
      Choose the disks for the pool. Space marks, Enter goes on.

           disk     size  model                serial    holds
    > [ ]  sda   7.3 TiB  ST8000NM000A-2KE101  WWZ1A2B4  pool tank of web1
      [ ]  sdb   7.3 TiB  ST8000NM000A-2KE101  WWZ1A2B5  pool tank of web1
      [ ]  sdc   7.3 TiB  ST8000NM000A-2KE101  WWZ1A2B6  pool rpool of old
       -   sdd   7.3 TiB  ST8000NM000A-2KE101  WWZ1A2B9  in use by pool backup

      sda  /dev/disk/by-id/ata-ST8000NM000A-2KE101_WWZ1A2B4
           /dev/disk/by-id/wwn-0x5000c500c231cfe6
           wwn 0x5000c500c231cfe6 · sata · spinning · sectors 512/4096
           sda1 7.3 TiB pool tank of web1
           sda9 8.0 MiB not recognised

      no disk is marked yet





    ────────────────────────────────────────────────────────────────────────────────
     ↑↓ move  Space mark  r rescan  d details  Enter next  Esc back  ? help"
  `);
});

test("layout", async () => {
  expect(await textOf(views.layout)).toMatchInlineSnapshot(`
    "nix-dabei › Install › Layout                                     1 [2] 3  4  5
    ────────────────────────────────────────────────────────────────────────────────
    > Redundancy     mirror           either of the 2 disks may die
      Pool           rpool
      Hostname       the flake's own  hostId d4be1000
      Encryption     none
      Swap           none
      Datasets       server           /, /nix, /home and /var/log apart
      Compression    zstd

      usable         5.8 GiB          after what is kept free
                     ┌─────────┬──────────┬──────────────────────────────┐
      vda            │ BIOS 1M │ ESP 1.0G │ ZFS 6.5 GiB                  │
      vdb            │ BIOS 1M │ ESP 1.0G │ ZFS 6.5 GiB                  │
                     └─────────┴──────────┴──────────────────────────────┘







    ────────────────────────────────────────────────────────────────────────────────
     ↑↓ field  Enter change  n next  Esc back  ? what does this mean"
  `);
});

test("layout, redundancy", async () => {
  expect(await textOf(views["layout, redundancy"])).toMatchInlineSnapshot(`
    "nix-dabei › Install › Layout                                     1 [2] 3  4  5
    ────────────────────────────────────────────────────────────────────────────────

      Redundancy

      single disk      takes 1 disk (2 chosen)
    > mirror           5.8 GiB usable, either of the 2 disks may die
      stripe           11.6 GiB usable, no disk may die: losing one loses all
      striped mirrors  needs 4 disks (2 chosen)
      raidz1           needs 3 disks (2 chosen)
      raidz2           needs 4 disks (2 chosen)
      raidz3           needs 5 disks (2 chosen)










    ────────────────────────────────────────────────────────────────────────────────
     ↑↓ move  Enter choose  Esc leave as it was"
  `);
});

test("layout, no passphrase", async () => {
  expect(await textOf(views["layout, no passphrase"])).toMatchInlineSnapshot(`
    "nix-dabei › Install › Layout                                     1 [2] 3  4  5
    ────────────────────────────────────────────────────────────────────────────────
      Redundancy     mirror           either of the 2 disks may die
      Pool           rpool
      Hostname       the flake's own  hostId d4be1000
    > Encryption     native ZFS       no passphrase yet
                     ! Encryption needs a passphrase: open the field and set one.
      Swap           none
      Datasets       server           /, /nix, /home and /var/log apart
      Compression    zstd

      usable         5.8 GiB          after what is kept free
                     ┌─────────┬──────────┬──────────────────────────────┐
      vda            │ BIOS 1M │ ESP 1.0G │ ZFS 6.5 GiB                  │
      vdb            │ BIOS 1M │ ESP 1.0G │ ZFS 6.5 GiB                  │
                     └─────────┴──────────┴──────────────────────────────┘






    ────────────────────────────────────────────────────────────────────────────────
     ↑↓ field  Enter change  n next  Esc back  ? what does this mean"
  `);
});

test("flake, trust", async () => {
  expect(await textOf(views["flake, trust"])).toMatchInlineSnapshot(`
    "nix-dabei › Install › Flake                                      1  2 [3] 4  5
    ────────────────────────────────────────────────────────────────────────────────
      Flake  http://10.0.2.2:8080/demo.tar.gz

      Hosts  > web1  x86_64-linux  declares no file systems: layout is added
               old   x86_64-linux  cannot be evaluated

      ?      The flake asks for the cache https://cache.example.org (key
             example-1:Zk3aB9…): trust it? y/n













    ────────────────────────────────────────────────────────────────────────────────
     y/n trust  ↑↓ host  Enter choose  e edit  w nix's own words  Esc back  ? help"
  `);
});

test("flake, broken", async () => {
  expect(await textOf(views["flake, broken"])).toMatchInlineSnapshot(`
    "nix-dabei › Install › Flake                                      1  2 [3] 4  5
    ────────────────────────────────────────────────────────────────────────────────
      Flake  github:example/infra_

      flake.nix:12:3 has a syntax error: unexpected '}'. Mend it there, then look
      again.
















    ────────────────────────────────────────────────────────────────────────────────
     ↑↓ move  Enter look  Ctrl-W nix's own words  Esc back"
  `);
});

test("flake, findings", async () => {
  expect(await textOf(views["flake, findings"])).toMatchInlineSnapshot(`
    "nix-dabei › Install › Flake                                      1  2 [3] 4  5
    ────────────────────────────────────────────────────────────────────────────────
      Flake  http://10.0.2.2:8080/demo.tar.gz

      Hosts  > demo    x86_64-linux   declares no file systems: layout is added
               web2    x86_64-linux   declares its own ZFS file systems
               backup  aarch64-linux  cannot run here

      ok     Evaluates with this layout (12 s).













    ────────────────────────────────────────────────────────────────────────────────
     Enter next  e edit  w nix's own words  r again  Esc back  ? help"
  `);
});

test("review", async () => {
  expect(await textOf(views.review)).toMatchInlineSnapshot(`
    "nix-dabei › Install › Review                                     1  2  3 [4] 5
    ────────────────────────────────────────────────────────────────────────────────
      demo from http://10.0.2.2:8080/demo.tar.gz, mirror of 2 disks, not encrypted

         1  check disks      vda, vdb: still what was shown
       2-3  wipe             vda, vdb
       4-5  partition        vda, vdb: BIOS boot 1.0 MiB, ESP 1.0 GiB, ZFS 6.5 GiB
       6-7  format ESP       FAT32, ESP-1, FAT32, ESP-2
         8  set hostId       d4be1000
         9  create pool      rpool, mirror of 2
        10  create datasets  / /nix /home /var/log
        11  mount            6 file systems at /mnt
        12  write flake      /etc/nixos: flake.nix, dabei.nix
        13  host keys        kept: ed25519
        14  build system     demo, into the pool
            5 more below

      These disks will be erased:
        vda  8.0 GiB  -  DISK1  nothing on it
        vdb  8.0 GiB  -  DISK2  nothing on it

      Type erase to begin: _
    ────────────────────────────────────────────────────────────────────────────────
     c exact commands  s save answers  ↑↓ scroll  Esc back  ? help"
  `);
});

test("progress", async () => {
  expect(await textOf(views.progress)).toMatchInlineSnapshot(`
    "nix-dabei › Installing web1                                     13 of 17 · 1:00
    ────────────────────────────────────────────────────────────────────────────────
      ok   check disks                                                        0:01
      ok   wipe                                                               0:05
      ok   partition                                                          0:09
      ok   format ESP                                                         0:13
      ok   set hostId                                                         0:08
      ok   create pool                                                        0:09
      ok   create datasets                                                    0:10
      ok   mount                                                              0:11
      ok   write flake                                                        0:12
      >    build system        downloading                                    0:35
           [##################..............]  57 %   1.1 of 1.9 GiB
           68.3 MiB/s · 0:12 left · unpacked 3.4 of 6.2 GiB · 412 of 707 paths
           install system
           boot loader
           keep records
           export pool

      This screen may be closed, the work goes on. Also: ssh root@203.0.113.7
      Host key ED25519 SHA256:Wn3rXq0o1mB5h8Zr7VtQ4cYf9dKx2LpSgJ6aEuTi0wM

    ────────────────────────────────────────────────────────────────────────────────
     l log  q leave this screen  Ctrl-C stop  ? help"
  `);
});

test("failed", async () => {
  expect(await textOf(views.failed)).toMatchInlineSnapshot(`
    "nix-dabei › Installation stopped                                13 of 17 · 0:29
    ────────────────────────────────────────────────────────────────────────────────
      build system failed: cache.nixos.org could not be reached for 2 minutes.
      What was finished stays finished; trying again goes on from here.

        $ nix build --store /mnt --out-link /tmp/system
        'path:/mnt/etc/nixos#nixosConfigurations."web1".config.system.build.topleve
        l'
        error: unable to download 'https://cache.nixos.org/abc.narinfo':
          Could not resolve hostname (6)

    > Try this step again
      Shell (what is mounted is below /mnt)
      Log
      Start over
      Reboot

      Log: /run/dabei/log  ·  ssh root@203.0.113.7




    ────────────────────────────────────────────────────────────────────────────────
     ↑↓ move  Enter choose  l log  ? help"
  `);
});

test("done", async () => {
  expect(await textOf(views.done)).toMatchInlineSnapshot(`
    "nix-dabei › Installed                                           17 of 17 · 0:31
    ────────────────────────────────────────────────────────────────────────────────

      web1 is installed. Take away the medium you booted from, then reboot.

      Pool         rpool ONLINE
      Generation   1, 26.05
      Host keys    ED25519 SHA256:Wn3xUjHq0cB9YdT7mP2kLs5vRa8eZfG1oNi4tKwXyQ0
      Network      here: enp1s0f0 up 203.0.113.7/32 via 203.0.113.1 · 2001:db8::7/64
      Kept in      /var/log/nix-dabei of the installed system: answers, plan, log

    > Reboot now
      Shell
      Power off








    ────────────────────────────────────────────────────────────────────────────────
     ↑↓ move  Enter choose  l log  ? help"
  `);
});
