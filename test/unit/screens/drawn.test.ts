import { expect, test } from "vitest";
import { textOf } from "./show.ts";
import { views } from "./views.ts";

test("start, first frame", async () => {
  expect(await textOf(views["start, first frame"])).toMatchInlineSnapshot(`
    "nix-dabei 0.1
    ────────────────────────────────────────────────────────────────────────────────

      Nothing on this machine's disks has been touched.

    > Install NixOS on ZFS
      Repair or enter an installed system
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
      Repair or enter an installed system
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

test("repair, encrypted", async () => {
  expect(await textOf(views["repair, encrypted"])).toMatchInlineSnapshot(`
    "nix-dabei › Repair
    ────────────────────────────────────────────────────────────────────────────────
      No ZFS pool is to be seen on the disks of this machine; what is encrypted may
      hold one.

    > Open what is encrypted (LUKS)  on sde
















    ────────────────────────────────────────────────────────────────────────────────
     ↑↓ move  Enter mount it and go in  r look again  Esc back  ? help"
  `);
});

test("repair", async () => {
  expect(await textOf(views.repair)).toMatchInlineSnapshot(`
    "nix-dabei › Repair
    ────────────────────────────────────────────────────────────────────────────────
      Pools on the disks of this machine. None is imported before you choose it.

    > backup  on sdd
      rpool  last used by old  on sdc
      tank  last used by web1  on sda, sdb















    ────────────────────────────────────────────────────────────────────────────────
     ↑↓ move  Enter mount it and go in  r look again  Esc back  ? help"
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
      Unlock by ssh  no
      Swap           none             but in compressed memory (zram)
      Datasets       server           /, /nix, /home and /var/log apart
      Spares         none
      Boot loader    GRUB             on every disk, each can start the machine
      More                            compression, checksums, sector size, ESP …

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
      stripe           11.6 GiB usable, no disk may die, or all is lost
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
      Unlock by ssh  no
      Swap           none             but in compressed memory (zram)
      Datasets       server           /, /nix, /home and /var/log apart
      Spares         none
      Boot loader    GRUB             on every disk, each can start the machine
      More                            compression, checksums, sector size, ESP …

      usable         5.8 GiB          after what is kept free
                     ┌─────────┬──────────┬──────────────────────────────┐
      vda            │ BIOS 1M │ ESP 1.0G │ ZFS 6.5 GiB                  │
      vdb            │ BIOS 1M │ ESP 1.0G │ ZFS 6.5 GiB                  │
                     └─────────┴──────────┴──────────────────────────────┘



    ────────────────────────────────────────────────────────────────────────────────
     ↑↓ field  Enter change  n next  Esc back  ? what does this mean"
  `);
});

test("layout, more", async () => {
  expect(await textOf(views["layout, more"])).toMatchInlineSnapshot(`
    "nix-dabei › Install › Layout › More                              1 [2] 3  4  5
    ────────────────────────────────────────────────────────────────────────────────
    > Compression    zstd             smaller, for most machines
      Checksums      on               fletcher4: fast, finds what disks get wrong
      Copies         1                of every block, beside the disks' redundancy
      Sector size    auto             4096 bytes, more where the disks have more
      Trim           auto             on where there is flash
      Compatibility  auto             what the flake's zfs can read
      Discard first  no               old blocks stay until they are written over
      Kept free      1 %              of each disk, 512 MiB at least
      ESP            1.0 GiB          on each disk, for kernels and boot loader
      ZFS cache      ZFS's own        all memory but 1 GiB at most
      zram           yes              swap in compressed memory

      usable         5.8 GiB          after what is kept free
                     ┌─────────┬──────────┬──────────────────────────────┐
      vda            │ BIOS 1M │ ESP 1.0G │ ZFS 6.5 GiB                  │
      vdb            │ BIOS 1M │ ESP 1.0G │ ZFS 6.5 GiB                  │
                     └─────────┴──────────┴──────────────────────────────┘



    ────────────────────────────────────────────────────────────────────────────────
     ↑↓ field  Enter change  n next  Esc back  ? what does this mean"
  `);
});

test("layout, encryption", async () => {
  expect(await textOf(views["layout, encryption"])).toMatchInlineSnapshot(`
    "nix-dabei › Install › Layout                                     1 [2] 3  4  5
    ────────────────────────────────────────────────────────────────────────────────

      Encryption

    > none              anyone who has the disks can read them
      native ZFS        aes-256-gcm; asks for a passphrase at each boot
      LUKS              below ZFS: names and sizes are hidden too; one passphrase
      native, key file  needs a file system on a disk that is not chosen













    ────────────────────────────────────────────────────────────────────────────────
     ↑↓ move  Enter choose  Esc leave as it was"
  `);
});

test("layout, datasets", async () => {
  expect(await textOf(views["layout, datasets"])).toMatchInlineSnapshot(`
    "nix-dabei › Install › Layout                                     1 [2] 3  4  5
    ────────────────────────────────────────────────────────────────────────────────

      Datasets

      name          mounted   properties
    > local/root    /
      local/nix     /nix      atime=off normalization=none utf8only=off
      safe/home     /home
      safe/var/log  /var/log
      reserved      -         refreservation=auto

      All are below the pool. A parent that has no line is made, and mounted
      nowhere.








    ────────────────────────────────────────────────────────────────────────────────
     ↑↓ move  Enter edit  a add  d remove  Esc done"
  `);
});

test("layout, a dataset refused", async () => {
  expect(await textOf(views["layout, a dataset refused"])).toMatchInlineSnapshot(`
    "nix-dabei › Install › Layout                                     1 [2] 3  4  5
    ────────────────────────────────────────────────────────────────────────────────

      Datasets

      name          mounted   properties
      local/root    /
      local/nix     /nix      atime=off normalization=none utf8only=off
      safe/home     /home
      safe/var/log  /var/log
      reserved      -         refreservation=auto

      data /data recordsize=3k_
      ! The property recordsize cannot be 3k.
      name /place property=value refreservation=1G @snapshot







    ────────────────────────────────────────────────────────────────────────────────
     Enter done  Esc leave as it was"
  `);
});

test("layout, half of an array", async () => {
  expect(await textOf(views["layout, half of an array"])).toMatchInlineSnapshot(`
    "nix-dabei › Install › Layout                                     1 [2] 3  4  5
    ────────────────────────────────────────────────────────────────────────────────
    > Redundancy     single disk      no copy: if the disk dies, all is lost
      Pool           rpool
      Hostname       the flake's own  hostId d4be1000
      Encryption     none
      Unlock by ssh  no
      Swap           none             but in compressed memory (zram)
      Datasets       server           /, /nix, /home and /var/log apart
      Spares         none
      Boot loader    GRUB             on every disk, each can start the machine
      More                            compression, checksums, sector size, ESP …
      ! The md array old:0 is also on /dev/sda, /dev/sdb, not chosen: it loses the
        chosen disks.

      usable         7.1 TiB          after what is kept free
                     ┌─────────┬──────────┬──────────────────────────────┐
      sdc            │ BIOS 1M │ ESP 1.0G │ ZFS 7.2 TiB                  │
                     └─────────┴──────────┴──────────────────────────────┘



    ────────────────────────────────────────────────────────────────────────────────
     ↑↓ field  Enter change  n next  Esc back  ? what does this mean"
  `);
});

test("layout, twelve disks", async () => {
  expect(await textOf(views["layout, twelve disks"])).toMatchInlineSnapshot(`
    "nix-dabei › Install › Layout                                     1 [2] 3  4  5
    ────────────────────────────────────────────────────────────────────────────────
    > Redundancy     raidz2           any 2 of the 12 disks may die
      Pool           rpool
      Hostname       the flake's own  hostId d4be1000
      Encryption     none
      Unlock by ssh  no
      Swap           none             but in compressed memory (zram)
      Datasets       server           /, /nix, /home and /var/log apart
      Spares         none
      Boot loader    GRUB             on every disk, each can start the machine
      More                            compression, checksums, sector size, ESP …

      usable         164.5 TiB        after what is kept free
                     ┌─────────┬──────────┬──────────────────────────────┐
      sda            │ BIOS 1M │ ESP 1.0G │ ZFS 18.0 TiB                 │
      sdb            │ BIOS 1M │ ESP 1.0G │ ZFS 18.0 TiB                 │
      sdc            │ BIOS 1M │ ESP 1.0G │ ZFS 18.0 TiB                 │
      sdd            │ BIOS 1M │ ESP 1.0G │ ZFS 18.0 TiB                 │
      sde            │ BIOS 1M │ ESP 1.0G │ ZFS 18.0 TiB                 │
      7 more disks, the same
                     └─────────┴──────────┴──────────────────────────────┘
    ────────────────────────────────────────────────────────────────────────────────
     ↑↓ field  Enter change  n next  Esc back  ? what does this mean"
  `);
});

test("layout, three groups", async () => {
  const [, , redundancy] = (await textOf(views["layout, three groups"])).split("\n");
  expect(redundancy).toBe("> Redundancy     raidz1, 3 groups of 4 any 1 of each group of 4 may die");
});

test("layout, redundancy of twelve", async () => {
  expect(await textOf(views["layout, redundancy of twelve"])).toMatchInlineSnapshot(`
    "nix-dabei › Install › Layout                                     1 [2] 3  4  5
    ────────────────────────────────────────────────────────────────────────────────

      Redundancy

      single disk            takes 1 disk (12 chosen)
      mirror                 17.9 TiB usable, any 11 of the 12 disks may die
      stripe                 215.8 TiB usable, no disk may die, or all is lost
      striped mirrors        107.8 TiB usable, one disk of each pair may die
      striped mirrors of 3   71.9 TiB usable, any 2 of each 3 disks may die
      striped mirrors of 4   53.9 TiB usable, any 3 of each 4 disks may die
      striped mirrors of 6   35.9 TiB usable, any 5 of each 6 disks may die
      raidz1                 191.9 TiB usable, any 1 of the 12 disks may die
      raidz1, 4 groups of 3  143.8 TiB usable, any 1 of each group of 3 may die
      raidz1, 3 groups of 4  156.8 TiB usable, any 1 of each group of 4 may die
      raidz1, 2 groups of 6  172.5 TiB usable, any 1 of each group of 6 may die
    > raidz2                 164.5 TiB usable, any 2 of the 12 disks may die
      raidz2, 3 groups of 4  104.5 TiB usable, any 2 of each group of 4 may die
      raidz2, 2 groups of 6  143.8 TiB usable, any 2 of each group of 6 may die
      raidz3                 156.9 TiB usable, any 3 of the 12 disks may die
      raidz3, 2 groups of 6  101.2 TiB usable, any 3 of each group of 6 may die

    ────────────────────────────────────────────────────────────────────────────────
     ↑↓ move  Enter choose  Esc leave as it was"
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

test("flake, disko", async () => {
  expect(await textOf(views["flake, disko"])).toMatchInlineSnapshot(`
    "nix-dabei › Install › Flake                                      1  2 [3] 4  5
    ────────────────────────────────────────────────────────────────────────────────
      Flake  http://10.0.2.2:8080/demo.tar.gz

      Hosts  > store  x86_64-linux  disko devices: its script makes the disks

      disko makes these disks by its own script. Which is which?
      > data  vda  8.0 GiB    DISK1  nothing
        main  vdb  8.0 GiB    DISK2  nothing













    ────────────────────────────────────────────────────────────────────────────────
     ↑↓ move  Space another disk  Enter check  Esc back  ? help"
  `);
});

test("flake, findings", async () => {
  expect(await textOf(views["flake, findings"])).toMatchInlineSnapshot(`
    "nix-dabei › Install › Flake                                      1  2 [3] 4  5
    ────────────────────────────────────────────────────────────────────────────────
      Flake  http://10.0.2.2:8080/demo.tar.gz

      Hosts  > demo    x86_64-linux   declares no file systems: layout is added
               web2    x86_64-linux   file systems on ZFS: disks made to fit
               backup  aarch64-linux  cannot run here

      ok     Evaluates with this layout (12 s).













    ────────────────────────────────────────────────────────────────────────────────
     Enter next  e edit  w nix's own words  r again  Esc back  ? help"
  `);
});

test("flake, many findings", async () => {
  expect(await textOf(views["flake, many findings"])).toMatchInlineSnapshot(`
    "nix-dabei › Install › Flake                                      1  2 [3] 4  5
    ────────────────────────────────────────────────────────────────────────────────
      Flake  http://10.0.2.2:8080/demo.tar.gz

      Hosts  > demo    x86_64-linux   declares no file systems: layout is added
               web2    x86_64-linux   file systems on ZFS: disks made to fit
               backup  aarch64-linux  cannot run here

      ok     Evaluates with this layout (12 s).
      !      The cache https://cache-1.example.org cannot be reached: what only it
             has would be built on this machine.
      !      The cache https://cache-2.example.org cannot be reached: what only it
             has would be built on this machine.
      !      The cache https://cache-3.example.org cannot be reached: what only it
             has would be built on this machine.
      !      The cache https://cache-4.example.org cannot be reached: what only it
             has would be built on this machine.
      !      The cache https://cache-5.example.org cannot be reached: what only it
             has would be built on this machine.
      !      The cache https://cache-6.example.org cannot be reached: what only it
             has would be built on this machine.
             6 more below
    ────────────────────────────────────────────────────────────────────────────────
     Enter next  e edit  w nix's own words  r again  Esc back  ? help"
  `);
});

test("flake, many findings, further down", async () => {
  expect(await textOf(views["flake, many findings, further down"])).toMatchInlineSnapshot(`
    "nix-dabei › Install › Flake                                      1  2 [3] 4  5
    ────────────────────────────────────────────────────────────────────────────────
      Flake  http://10.0.2.2:8080/demo.tar.gz

      Hosts  > demo    x86_64-linux   declares no file systems: layout is added
               web2    x86_64-linux   file systems on ZFS: disks made to fit
               backup  aarch64-linux  cannot run here

      !      The cache https://cache-2.example.org cannot be reached: what only it
             has would be built on this machine.
      !      The cache https://cache-3.example.org cannot be reached: what only it
             has would be built on this machine.
      !      The cache https://cache-4.example.org cannot be reached: what only it
             has would be built on this machine.
      !      The cache https://cache-5.example.org cannot be reached: what only it
             has would be built on this machine.
      !      The cache https://cache-6.example.org cannot be reached: what only it
             has would be built on this machine.
      !      The cache https://cache-7.example.org cannot be reached: what only it
             has would be built on this machine.
      !      The cache https://cache-8.example.org cannot be reached: what only it
             3 more above, 3 more below
    ────────────────────────────────────────────────────────────────────────────────
     Enter next  e edit  w nix's own words  r again  Esc back  ? help"
  `);
});

test("flake, many findings, at their end", async () => {
  expect(await textOf(views["flake, many findings, at their end"])).toMatchInlineSnapshot(`
    "nix-dabei › Install › Flake                                      1  2 [3] 4  5
    ────────────────────────────────────────────────────────────────────────────────
      Flake  http://10.0.2.2:8080/demo.tar.gz

      Hosts  > demo    x86_64-linux   declares no file systems: layout is added
               web2    x86_64-linux   file systems on ZFS: disks made to fit
               backup  aarch64-linux  cannot run here

             has would be built on this machine.
      !      The cache https://cache-4.example.org cannot be reached: what only it
             has would be built on this machine.
      !      The cache https://cache-5.example.org cannot be reached: what only it
             has would be built on this machine.
      !      The cache https://cache-6.example.org cannot be reached: what only it
             has would be built on this machine.
      !      The cache https://cache-7.example.org cannot be reached: what only it
             has would be built on this machine.
      !      The cache https://cache-8.example.org cannot be reached: what only it
             has would be built on this machine.
      !      The cache https://cache-9.example.org cannot be reached: what only it
             has would be built on this machine.
             6 more above
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
        14  build system     demo, into /mnt
            6 more below

      These disks will be erased:
        vda  8.0 GiB  -  DISK1  nothing on it
        vdb  8.0 GiB  -  DISK2  nothing on it

      Type erase to begin: _
    ────────────────────────────────────────────────────────────────────────────────
     c exact commands  s save answers  ↑↓ scroll  Esc back  ? help"
  `);
});

test("a host that is checked after the erase is told before the word is asked for", async () => {
  const text = await textOf(views["review, host checked later"]);
  expect(text).toMatch(
    /^ {2}! Memory is too small to check the host before: it is checked after the erase\.$/m,
  );
  expect(text).toMatch(/^ *13 {2}check flake {6}demo with this layout, memory was too small before$/m);
  expect(text).toContain("Type erase to begin");
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
