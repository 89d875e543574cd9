package dev.lifeboat.vault.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sets of blocks. */
class ChangedBlocksTest {

    private static final long BLOCK = 65_536;
    private static final long LEAF = 64 * BLOCK;

    private static List<String> ranges(ChangedBlocks blocks) {
        List<String> ranges = new ArrayList<>();
        blocks.forEachRange((offset, length) -> ranges.add(offset / BLOCK + "+" + length / BLOCK));
        return ranges;
    }

    @Test
    void rangesThatTouchAreOne() {
        ChangedBlocks blocks = new ChangedBlocks();
        blocks.add(0, 1);
        blocks.add(BLOCK, 1);
        blocks.add(10 * BLOCK, 60 * BLOCK);
        blocks.add(200 * BLOCK + 5, 2);
        assertThat(ranges(blocks)).containsExactly("0+2", "10+60", "200+1");
        assertThat(blocks.bytes()).isEqualTo(63 * BLOCK);
    }

    @Test
    void allOfADiskIsOneRangeAndNothingIsNone() {
        assertThat(ranges(ChangedBlocks.all(3 * LEAF + 1))).containsExactly("0+193");
        assertThat(ranges(ChangedBlocks.all(0))).isEmpty();
        assertThat(ChangedBlocks.all(0).isEmpty()).isTrue();
    }

    @Test
    void whatLiesBehindAndBeforeAnOffsetIsCutAtLeaves() {
        ChangedBlocks all = ChangedBlocks.all(4 * LEAF);
        assertThat(ranges(all.from(LEAF))).containsExactly("64+192");
        assertThat(ranges(all.from(LEAF + 1))).containsExactly("128+128");
        assertThat(ranges(all.before(LEAF + 1))).containsExactly("0+128");
        assertThat(ranges(all.before(LEAF))).containsExactly("0+64");
        assertThat(ranges(all)).containsExactly("0+256");
    }

    @Test
    void aSumHasTheBlocksOfBoth() {
        ChangedBlocks one = new ChangedBlocks();
        one.add(0, BLOCK);
        ChangedBlocks other = new ChangedBlocks();
        other.add(2 * BLOCK, BLOCK);
        other.add(LEAF, BLOCK);
        one.addAll(other);
        assertThat(ranges(one)).containsExactly("0+1", "2+1", "64+1");
        assertThat(ranges(other)).containsExactly("2+1", "64+1");
    }
}
